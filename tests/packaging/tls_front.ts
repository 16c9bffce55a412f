/** HTTPS before a server that speaks HTTP. */

import type { Identity } from "../kube/connect/pki.ts";

/** A running front. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
}

/** Passes connections on to the server at a URL, once they are decrypted. */
export async function startTlsFront({ certificate, key }: Identity, url: string): Promise<TlsFront> {
  const [cert, keyText] = await Promise.all([Deno.readTextFile(certificate), Deno.readTextFile(key)]);
  const { hostname, port } = new URL(url);
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key: keyText });
  const open = new Set<Deno.Conn>();
  const pass = async (from: Deno.Conn) => {
    const to = await Deno.connect({ hostname, port: Number(port) });
    for (const connection of [from, to]) open.add(connection);
    await Promise.allSettled([from.readable.pipeTo(to.writable), to.readable.pipeTo(from.writable)]);
    for (const connection of [from, to]) close(connection, open);
  };
  const passing = (async () => {
    const connections: Promise<void>[] = [];
    for await (const from of listener) connections.push(pass(from));
    await Promise.all(connections);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) close(connection, open);
      await passing.catch(() => {});
    },
  };
}

function close(connection: Deno.Conn, open: Set<Deno.Conn>): void {
  open.delete(connection);
  try {
    connection.close();
  } catch {
    // The other side was first.
  }
}
