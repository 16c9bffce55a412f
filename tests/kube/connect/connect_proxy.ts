/** A proxy of HTTP's `CONNECT`, which leads every tunnel to a server of this machine, whatever its name. */

/** A running proxy. */
export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** The places that tunnels were asked to, in order. */
  readonly asked: readonly string[];
}

/** Starts one. @param port Where the server is. */
export function startConnectProxy(port: number): ConnectProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const tunnels = new Set<Promise<void>>();
  const lead = async (front: Deno.TcpConn) => {
    // The head of CONNECT comes in one piece.
    const buffer = new Uint8Array(4_096);
    const head = new TextDecoder().decode(buffer.subarray(0, await front.read(buffer) ?? 0));
    asked.push(/^CONNECT (\S+)/.exec(head)?.[1] ?? head);
    const back = await Deno.connect({ hostname: "127.0.0.1", port });
    await front.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    await Promise.allSettled([front.readable.pipeTo(back.writable), back.readable.pipeTo(front.writable)]);
  };
  const accepting = (async () => {
    for await (const front of listener) {
      const tunnel: Promise<void> = lead(front).catch(() => {}).finally(() => tunnels.delete(tunnel));
      tunnels.add(tunnel);
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(tunnels);
    },
  };
}
