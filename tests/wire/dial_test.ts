/** Promises about connections that do not come about: each ends within its time, with all that it took. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../lib/time/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { dial, LIMITS, type TlsOptions, WireError } from "../../lib/wire/mod.ts";
import { ignore, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";

const ignoreTls = ignore || !await hasOpenssl();
/** What a test leaves under way, Deno finds. */
const SANITIZED = { sanitizeOps: true, sanitizeResources: true };

function addressOf(listener: Deno.Listener): { hostname: string; port: number } {
  return { hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port };
}

async function keyPairOf(directory: string): Promise<NonNullable<TlsOptions["keyPair"]>> {
  const { client } = await makePki(directory);
  return { cert: await Deno.readTextFile(client.certificate), key: await Deno.readTextFile(client.key) };
}

for (const [who, ms] of [["nobody in particular", 10_000], ["a client with a certificate", 20_000]] as const) {
  Deno.test(`a handshake that is never answered is given up in time, by ${who}`, {
    ignore: ignoreTls,
    ...SANITIZED,
  }, async () => {
    await using directory = await temporaryDirectory();
    const keyPair = ms === 10_000 ? undefined : await keyPairOf(directory.path);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const clock = new VirtualClock();
    const dialled = dial(addressOf(listener), { authority: undefined, keyPair }, LIMITS, clock);
    const refused = assertRejects(() => dialled, WireError, `no TLS handshake within ${ms / 1_000} s`);
    using silent = await listener.accept();
    // The handshake has begun.
    await silent.read(new Uint8Array(1));
    await clock.advance(ms);
    assertEquals((await refused).failure, "unreachable");
  });
}

Deno.test("an address that does not answer is given up in time", {
  ignore: ignore || Deno.build.os !== "linux",
  ...SANITIZED,
}, async () => {
  // Linux has one more than it is told wait for being accepted, and hears none beyond.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const address = addressOf(listener);
  using _one = await Deno.connect(address);
  using _other = await Deno.connect(address);
  const clock = new VirtualClock();
  const refused = assertRejects(
    () => dial(address, undefined, LIMITS, clock),
    WireError,
    `no answer to TCP within 10 s; tried 127.0.0.1:${address.port}`,
  );
  await clock.advance(10_000);
  assertEquals((await refused).failure, "unreachable");
});

Deno.test("an address where nobody listens is unreachable at once", { ignore, ...SANITIZED }, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = addressOf(listener);
  listener.close();
  const error = await assertRejects(() => dial(address, undefined, LIMITS, systemClock), WireError, "refused");
  assertEquals(error.failure, "unreachable");
  assertStringIncludes(error.message, `; tried 127.0.0.1:${address.port})`);
});
