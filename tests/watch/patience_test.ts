import { assertEquals } from "@std/assert";
import { Patience } from "../../lib/watch/stream/patience.ts";

Deno.test("before anything is known about the server, a watch may be silent for the time of a bookmark", () => {
  const patience = new Patience();
  assertEquals([patience.silence(30), patience.head(30)], [70_000, 70_000]);
  assertEquals(patience.silence(180), 190_000, "it may live longer than that");
});

Deno.test("once a server has ended a watch in time, this is expected for good", () => {
  const patience = new Patience();
  assertEquals(patience.ended(30_020, 30), true);
  assertEquals(patience.silence(34), 44_000);
  patience.fellSilent();
  patience.fellSilent();
  assertEquals(patience.silence(34), 44_000);
});

Deno.test("a server that ends a watch early does not count as punctual", () => {
  const patience = new Patience();
  assertEquals(patience.ended(12_000, 30), false);
  assertEquals(patience.silence(30), 70_000);
});

Deno.test("a server that never ends watches is judged by its bookmarks, or else gets four minutes", () => {
  const silent = new Patience();
  silent.fellSilent();
  assertEquals(silent.silence(30), 245_000);
  silent.bookmarked();
  assertEquals(silent.silence(30), 70_000);
});

Deno.test("if answers have begun before there was an event, they must begin at once, until one does not", () => {
  const patience = new Patience();
  patience.broughtSomething(999);
  assertEquals(patience.head(30), 70_000);
  patience.broughtSomething(1_000);
  assertEquals(patience.head(30), 15_000);
  patience.unanswered();
  assertEquals(patience.head(30), 70_000);
});
