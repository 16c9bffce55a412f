import { assertEquals } from "@std/assert";
import { OwnWrites } from "../../lib/watch/own_writes.ts";

Deno.test("what was removed is remembered until the watch shows it", () => {
  const own = new OwnWrites();
  own.bury("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), true);
  own.shownGone("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), false);
});

Deno.test("what left the view is remembered until the watch has passed it", () => {
  const own = new OwnWrites();
  own.leave("default/a", "9");
  own.passed("8");
  assertEquals(own.hides("default/a", "9", () => "uid-a"), true);
  assertEquals(own.hides("default/a", "10", () => "uid-a"), false);
  own.passed("9");
  assertEquals(own.hides("default/a", "9", () => "uid-a"), false);
});

Deno.test("the memory of what was removed is bounded: the oldest is let go of first", () => {
  const own = new OwnWrites();
  for (let index = 0; index <= 10_000; index++) own.bury(`uid-${index}`);
  assertEquals(own.hides("default/0", "5", () => "uid-0"), false);
  assertEquals(own.hides("default/1", "5", () => "uid-1"), true);
});
