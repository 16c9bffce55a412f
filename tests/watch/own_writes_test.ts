import { assertEquals } from "@std/assert";
import { OwnWrites } from "../../lib/watch/own_writes.ts";
import { secret } from "./fixture.ts";

Deno.test("what was removed is remembered until the watch shows it", () => {
  const own = new OwnWrites();
  own.bury("uid-a");
  assertEquals(own.hides("default/a", secret("a", 5)), true);
  own.shownGone("uid-a");
  assertEquals(own.hides("default/a", secret("a", 5)), false);
});

Deno.test("what left the view is remembered until the watch has passed it", () => {
  const own = new OwnWrites();
  own.leave("default/a", "9");
  own.passed("8");
  assertEquals(own.hides("default/a", secret("a", 9)), true);
  assertEquals(own.hides("default/a", secret("a", 10)), false);
  own.passed("9");
  assertEquals(own.hides("default/a", secret("a", 9)), false);
});

Deno.test("the memory of what was removed is bounded: the oldest is let go of first", () => {
  const own = new OwnWrites();
  for (let index = 0; index <= 10_000; index++) own.bury(`uid-${index}`);
  assertEquals(own.hides("default/0", secret("0", 5)), false);
  assertEquals(own.hides("default/1", secret("1", 5)), true);
});
