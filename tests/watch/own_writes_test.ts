import { assertEquals } from "@std/assert";
import { OwnWrites } from "../../lib/watch/cache/own_writes.ts";

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

Deno.test("with a selector an object that is shown gone may only have left it: it stays buried", () => {
  const own = new OwnWrites(true);
  own.bury("uid-a");
  own.shownGone("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), true);
});

Deno.test("what left the view is hidden up to the newest version of which that was said, in whatever order", () => {
  const own = new OwnWrites();
  own.leave("default/a", "14");
  own.leave("default/a", "12");
  assertEquals(own.hides("default/a", "13", () => "uid-a"), true);
  own.passed("13");
  assertEquals(own.hides("default/a", "14", () => "uid-a"), true);
});

Deno.test("what left the view in a version that the watch can never be said to have passed is not remembered for ever", () => {
  const own = new OwnWrites();
  own.leave("default/a", "odd");
  assertEquals(own.hides("default/a", "odd", () => "uid-a"), true);
  own.passed("9");
  assertEquals(own.hides("default/a", "odd", () => "uid-a"), false);
});
