/**
 * Promises of the first random numbers: they are drawn once a process, as soon as a server with TLS is found, and where nothing
 * else waits for them. In a file of its own, as a process draws once: the tests here go on from one another.
 */

import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { systemClock } from "../../../lib/time/mod.ts";
import { dial, LIMITS } from "../../../lib/wire/mod.ts";
import { denos, ignore, runProgram, temporaryDirectory, writeConfig } from "./fixtures.ts";

const drawn = Promise.withResolvers<CryptoKeyPair>();
let draws = 0;
// Restored by nobody: each file of tests has a process's worth of globals to itself.
crypto.subtle.generateKey = (() => {
  draws++;
  return drawn.promise;
}) as unknown as typeof crypto.subtle.generateKey;

Deno.test("a server without TLS needs no random numbers", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  using _client = await connect({ kubeconfig: await writeConfig(directory, "http://127.0.0.1:1") });
  assertEquals(draws, 0);
});

Deno.test("they are drawn once, as soon as a server with TLS is found, and nobody who connects waits for them", {
  ignore,
}, async () => {
  await using directory = await temporaryDirectory();
  const kubeconfig = await writeConfig(directory, "https://127.0.0.1:1");
  using _one = await connect({ kubeconfig });
  using _other = await connect({ kubeconfig });
  assertEquals(draws, 1);
});

Deno.test("a handshake waits for them, and begins as well when they could not be drawn", { ignore }, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const tls = { authority: undefined, keyPair: undefined };
  const dialled = dial({ hostname: "127.0.0.1", port }, tls, LIMITS, systemClock).catch(() => "refused");
  using accepted = await listener.accept();
  let isShaking = false;
  const begun = accepted.read(new Uint8Array(1)).then(() => isShaking = true);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(isShaking, false);
  drawn.reject(new Error("no entropy"));
  assert(await begun);
  accepted.close();
  assertEquals(await dialled, "refused");
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
