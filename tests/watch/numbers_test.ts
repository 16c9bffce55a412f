import { assert } from "@std/assert";
import type { Random } from "../../lib/time/mod.ts";
import { EDGES, ODD_NUMBERS } from "../odd_numbers.ts";
import { run } from "./fixture.ts";
import { type Answer, refusal } from "./scripted_client.ts";

const ALL = [...ODD_NUMBERS, ...EDGES.map((edge) => [String(edge), edge] as const)];

/** More refusals than a watch that waits can ask for in ten minutes. */
const many = (answer: Answer): Answer[] => Array.from({ length: 2_000 }, () => answer);

for (const [name, retryAfterSeconds] of ALL) {
  Deno.test(`a watch with a Retry-After of ${name} neither loops nor stays silent`, async () => {
    for (const [code, reason] of [[429, "TooManyRequests"], [503, "ServiceUnavailable"]] as const) {
      await using watch = await run(many(refusal(code, reason, { details: { retryAfterSeconds } })));
      await watch.clock.advance(600_000);
      const asked = watch.script.asked.length;
      assert(asked >= 2 && asked <= 120, `${asked} requests in ten minutes`);
      await watch.clock.advance(600_000);
      assert(watch.script.asked.length > asked, "silent");
    }
  });
}

for (const next of [NaN, Infinity, -1, 2, "soon", undefined]) {
  Deno.test(`a watch whose random numbers are ${next} neither loops nor stays silent`, async () => {
    const random = { next: () => next } as Random;
    await using watch = await run(many(refusal(500, "InternalError")), { random });
    await watch.clock.advance(600_000);
    const asked = watch.script.asked.length;
    assert(asked >= 10 && asked <= 120, `${asked} requests in ten minutes`);
    for (const { query: { timeoutSeconds } } of watch.script.asked) {
      assert(timeoutSeconds === undefined || /^\d+$/.test(timeoutSeconds), timeoutSeconds);
    }
  });
}

Deno.test("the shortest possible backoff is not a loop", async () => {
  const backoff = { base: Number.MIN_VALUE, cap: Number.MIN_VALUE };
  await using watch = await run(many(refusal(500, "InternalError")), { backoff });
  await watch.clock.advance(10_000);
  const asked = watch.script.asked.length;
  assert(asked <= 201, `${asked} requests in ten seconds`);
});
