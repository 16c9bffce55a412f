import { assertEquals } from "@std/assert";
import { OwnWrites } from "../../lib/watch/cache/own_writes.ts";

Deno.test("a deletion is remembered until the watch shows it", () => {
  const own = new OwnWrites();
  own.bury("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), true);
  own.shownGone("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), false);
});

Deno.test("an object that left the view is remembered until the watch has passed its version", () => {
  const own = new OwnWrites();
  own.leave("default/a", "9");
  own.passed("8");
  assertEquals(own.hides("default/a", "9", () => "uid-a"), true);
  assertEquals(own.hides("default/a", "10", () => "uid-a"), false);
  own.passed("9");
  assertEquals(own.hides("default/a", "9", () => "uid-a"), false);
});

Deno.test("the memory of deletions is bounded: the oldest is forgotten first", () => {
  const own = new OwnWrites();
  for (let index = 0; index <= 10_000; index++) own.bury(`uid-${index}`);
  assertEquals(own.hides("default/0", "5", () => "uid-0"), false);
  assertEquals(own.hides("default/1", "5", () => "uid-1"), true);
});

Deno.test("with a selector, a DELETED event may mean that the object no longer matches: its tombstone stays", () => {
  const own = new OwnWrites(true);
  own.bury("uid-a");
  own.shownGone("uid-a");
  assertEquals(own.hides("default/a", "5", () => "uid-a"), true);
});

Deno.test("an object that left the view is hidden up to the newest recorded version, in any order", () => {
  const own = new OwnWrites();
  own.leave("default/a", "14");
  own.leave("default/a", "12");
  assertEquals(own.hides("default/a", "13", () => "uid-a"), true);
  own.passed("13");
  assertEquals(own.hides("default/a", "14", () => "uid-a"), true);
});

Deno.test("a version that cannot be compared is not remembered for ever", () => {
  const own = new OwnWrites();
  own.leave("default/a", "odd");
  assertEquals(own.hides("default/a", "odd", () => "uid-a"), true);
  own.passed("9");
  assertEquals(own.hides("default/a", "odd", () => "uid-a"), false);
});
