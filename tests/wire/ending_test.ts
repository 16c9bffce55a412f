/** Promises about a process whose requests are done: it ends by itself, whatever connections are left. */

import { assertStringIncludes } from "@std/assert";
import { denos, type Directory, ignore, runProgramAt, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki, type Pki } from "../kube/connect/pki.ts";
import { OddServer } from "./odd_server.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** A server that takes connections, and says nothing on them. */
function silentServer(): { url: string } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) taken.push(connection);
  })();
  return {
    url: `https://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of taken) connection.close();
    },
  };
}

async function oddServer({ server: { certificate, key } }: Pki): Promise<OddServer> {
  return new OddServer({ cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) });
}

async function ask(deno: string, args: readonly string[]): Promise<string> {
  return await runProgramAt(deno, new URL("ending_program.ts", import.meta.url), args, { longest: 30_000 });
}

async function filesOf(directory: Directory): Promise<{ pki: Pki; authority: string; own: readonly string[] }> {
  const pki = await makePki(directory.path);
  return { pki, authority: pki.authority.certificate, own: [pki.client.certificate, pki.client.key] };
}

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };

  Deno.test(`an idle connection does not keep the process alive, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, authority, own } = await filesOf(directory);
    await using server = await oddServer(pki);
    for (const each of [[authority], [authority, ...own], []]) {
      assertStringIncludes(await ask(deno!, [server.url, "/good", "0", ...each]), "{}");
    }
  });

  Deno.test(`an aborted request does not keep the process alive, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, authority, own } = await filesOf(directory);
    await using server = await oddServer(pki);
    for (const each of [[authority], [authority, ...own], []]) {
      for (const path of ["/never", "/half-head", "/half-body"]) {
        assertStringIncludes(await ask(deno!, [server.url, path, "300", ...each]), "given up");
      }
    }
  });

  Deno.test(`a handshake that is never answered does not keep the process alive, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { authority, own } = await filesOf(directory);
    await using server = silentServer();
    // On Deno 2.6, Node's TLS does not let go of the connection, whatever is done with it.
    const all = [[authority], [authority, ...own], ...name === "Deno 2.6" ? [] : [[]]];
    for (const each of all) {
      assertStringIncludes(await ask(deno!, [server.url, "/good", "0", ...each]), "no TLS handshake within");
      assertStringIncludes(await ask(deno!, [server.url, "/good", "20", ...each]), "given up");
    }
  });

  Deno.test(`an address that does not answer does not keep the process alive, on ${name}`, {
    ignore: options.ignore || Deno.build.os !== "linux",
  }, async () => {
    await using directory = await temporaryDirectory();
    const { authority } = await filesOf(directory);
    // Linux lets one more than it is told wait for being accepted, and hears none beyond.
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
    const { port } = listener.addr;
    using _one = await Deno.connect({ hostname: "127.0.0.1", port });
    using _other = await Deno.connect({ hostname: "127.0.0.1", port });
    const told = await ask(deno!, [`https://127.0.0.1:${port}`, "/good", "0", authority]);
    assertStringIncludes(told, "no answer to TCP within 0.5 s");
  });
}
