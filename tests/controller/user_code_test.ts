/** What a user gave may throw anything, anywhere: it hurts its own object at the most. */

import { assert, assertEquals } from "@std/assert";
import { doNothing } from "./plans.ts";
import { Foo, Harness } from "./harness.ts";
import { THROWN_VALUES } from "./thrown_values.ts";
import { USER_PLACES, type UserPlace } from "./user_places.ts";

/** How long the object is looked at, in milliseconds, and how often it may have run by then: it backs off. */
const LONG = 120_000;
const MOST_RUNS = 40;

/** How long a message may be, in characters, and each line of the log. */
const LONGEST_TEXT = 40_000;

const lengthOf = ({ message, fields }: { message: string; fields: object }) =>
  message.length + JSON.stringify(fields).length;

for (const place of USER_PLACES) {
  Deno.test(`whatever ${place.name} throws, other objects go on`, async () => {
    for (const [what, make] of Object.entries(THROWN_VALUES)) await tryOut(place, what, make);
  });
}

async function tryOut(
  { name, options, then = "fails", isShared = false }: UserPlace,
  what: string,
  make: () => unknown,
) {
  await using harness = await Harness.start();
  let acts = 0;
  const act = (object: string | undefined) => {
    if (object !== "bad") return;
    acts++;
    throw make();
  };
  const context = `${name}: ${what}`;
  let ended: unknown = "serving";
  const controller = await harness.serveUnready({ resource: Foo, steps: doNothing, ...options(act, harness) });
  controller.finished.then(() => ended = "finished", (error) => ended = error);
  await harness.settled(controller.ready);
  await harness.createFoo("bad");
  await harness.createFoo("good");
  await harness.merge(Foo, "bad", { spec: { size: 2 } });
  await harness.clock.advance(LONG);

  assert(acts > 0, `${context}: nothing was thrown`);
  assertEquals(ended, "serving", context);
  const [good, bad] = [harness.outcomes("default/good"), harness.outcomes("default/bad")];
  if (!isShared) assertEquals(good.at(-1), "NoOp", `${context}: ${good}`);
  if (then === "fails") {
    const failed = bad.filter((outcome) => /^Failed: Step ".+" failed: ./.test(outcome));
    assert(failed.length > 1 && bad.length < MOST_RUNS, `${context}: ${bad}`);
    assertEquals(failed.at(-1), bad.at(-1), context);
    // The error of a library keeps its own message.
    if (!isShared && what.includes("realm")) {
      assert(bad.at(-1)!.includes("closed"), `${context}: ${bad}`);
    }
  } else {
    assertEquals(bad.at(-1), isShared ? bad.at(-1) : "NoOp", `${context}: ${bad}`);
  }
  const longest = Math.max(...bad.map(({ length }) => length), ...harness.logger.entries.map(lengthOf));
  assert(longest < LONGEST_TEXT, `${context}: ${longest} characters`);
  await harness.settled(controller.shutdown());
  assertEquals(ended, "finished", context);
}
