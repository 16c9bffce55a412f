/**
 * Promises of the first random numbers: they are drawn once a process, as early as can be, and where nothing else
 * waits for them. In a file of its own, as a process draws once: the tests here go on from one another.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectError } from "../../../lib/kube/connect/found/errors.ts";
import { systemClock } from "../../../lib/time/mod.ts";
import { dial, LIMITS } from "../../../lib/wire/mod.ts";
import { denos, ignore, runProgram, temporaryDirectory, writeConfigAlone } from "./fixtures.ts";

const drawn = Promise.withResolvers<CryptoKeyPair>();
let draws = 0;
// Restored by nobody: each file of tests has a process's worth of globals to itself.
crypto.subtle.generateKey = (() => {
  draws++;
  return drawn.promise;
}) as unknown as typeof crypto.subtle.generateKey;

/** More turns of the event loop than anything here takes. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a server that is known to have no TLS needs no random numbers", { ignore }, async () => {
  using _client = await connect({ server: "http://127.0.0.1:1" });
  assertEquals(draws, 0);
});

Deno.test("they are drawn once, and nobody who connects to a server with TLS waits for them", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const kubeconfig = await writeConfigAlone(directory, "https://127.0.0.1:1");
  using _one = await connect({ kubeconfig });
  using _other = await connect({ kubeconfig });
  assertEquals(draws, 1);
});

Deno.test("a handshake waits for them, and whoever finds no server with TLS leaves nothing under way", {
  ignore,
}, async () => {
  await using directory = await temporaryDirectory();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const ended: string[] = [];
  const end = (what: string) => () => void ended.push(what);
  const tls = { authority: undefined, keyPair: undefined };
  const dialled = dial({ hostname: "127.0.0.1", port }, tls, LIMITS, systemClock).catch(end("refused"));
  using accepted = await listener.accept();
  const begun = accepted.read(new Uint8Array(1)).then(end("handshake begun"));
  const kubeconfig = await writeConfigAlone(directory, "http://127.0.0.1:1");
  const plain = connect({ kubeconfig }).then((client) => client.close()).then(end("plain"));
  const none = assertRejects(() => connect({ kubeconfig: `${kubeconfig}-not` }), ConnectError).then(end("none"));
  await turns();
  assertEquals(ended, []);
  // They need not come to be: the handshake draws them then.
  drawn.reject(new Error("no entropy"));
  await Promise.all([begun, plain, none]);
  assertEquals(ended.toSorted(), ["handshake begun", "none", "plain"]);
  accepted.close();
  await dialled;
});

for (const [name, deno] of denos) {
  Deno.test(`they are drawn by another thread than JavaScript's (${name})`, {
    ignore: ignore || deno === undefined || Deno.build.os !== "linux",
  }, async () => {
    const [main, others] = JSON.parse(await runProgram(deno!, "drawing_program.ts", []));
    // Where drawing costs next to nothing, it does not matter who does it.
    assert(main < others || main < 5, `${main} ms of the main thread, ${others} ms of the others`);
  });
}
