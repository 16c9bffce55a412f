import { assertEquals, assertInstanceOf } from "@std/assert";
import { RestoredError, StaleListError } from "../../lib/watch/mod.ts";
import { added, bookmark, run, secret } from "./fixture.ts";
import { type Answer, HeldWatch, list, refusal, silence, text } from "./scripted_client.ts";

const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };
const TOO_LARGE = refusal(504, "Timeout", {
  message: "Timeout: Too large resource version: 1000, current: 500",
  details: { causes: [{ reason: "ResourceVersionTooLarge" }], retryAfterSeconds: 1 },
});
/** What a server tells that was set back to version 500, when it is asked for the newest. */
const restoredList = list("500", [secret("a", 400), secret("new", 450)]);
const looksBack = (version: string) => list(version, []);

/** A watch that stands at version 1000, and is broken off. */
async function broken(...answers: Answer[]) {
  const held = new HeldWatch();
  const watch = await run([list("1000", [secret("a", 900)]), held.answer, ...answers]);
  held.break();
  await watch.clock.advance(400);
  return watch;
}

Deno.test("after a failure, a watch goes on only if the server is at its version; a restored server is listed again", async () => {
  const future = new HeldWatch();
  await using watch = await broken(future.answer, looksBack("500"), restoredList, silence());
  assertEquals(watch.stateNames, [
    ...["listing", "connecting", "watching", "backing-off"],
    ...["connecting", "listing", "restored", "connecting"],
  ]);
  assertInstanceOf(future.cancelled, RestoredError);
  assertEquals(watch.states.at(-2), { type: "restored", resourceVersion: "500", seen: "1000" });
  assertEquals(watch.batches.slice(-3), [
    { type: "init" },
    { type: "page", objects: [secret("a", 400), secret("new", 450)] },
    { type: "synced", resourceVersion: "500", restored: true },
  ]);
  assertEquals(watch.script.queries.slice(2), [
    { watch: "true", allowWatchBookmarks: "true", timeoutSeconds: "31", resourceVersion: "1000" },
    { limit: "1" },
    { limit: "500" },
    { watch: "true", allowWatchBookmarks: "true", timeoutSeconds: "31", resourceVersion: "500" },
  ]);
});

Deno.test("a server past the version that was seen counts as the same one", async () => {
  const next = new HeldWatch();
  await using watch = await broken(next.answer, looksBack("1000"));
  assertEquals(watch.state.type, "watching");
  next.send(added(secret("b", 1001)));
  await watch.clock.settle();
  assertEquals(watch.events, ["ADDED b@1001"]);
});

Deno.test("if the server's version cannot be read, this is retried before the watch goes on", async () => {
  const [first, second] = [new HeldWatch(), new HeldWatch()];
  await using watch = await broken(first.answer, refusal(500, "InternalError"), second.answer, looksBack("1002"));
  assertEquals(watch.state.type, "backing-off");
  await watch.clock.advance(1_600);
  assertEquals(watch.stateNames.slice(-3), ["backing-off", "connecting", "watching"]);
});

Deno.test("reading the server's version is given up after 15 seconds", async () => {
  await using watch = await broken(new HeldWatch().answer, silence());
  await watch.clock.advance(14_999);
  assertEquals(watch.state.type, "connecting");
  await watch.clock.advance(1);
  assertEquals(watch.state.type, "backing-off");
});

Deno.test("a watch that ends too early may be that of a server that is being restored, so its version is checked", async () => {
  const held = new HeldWatch();
  await using watch = await run([
    list("1000", []),
    held.answer,
    new HeldWatch().answer,
    looksBack("500"),
    restoredList,
  ]);
  await watch.clock.advance(5_000);
  held.end();
  await watch.clock.settle();
  assertEquals(watch.stateNames.includes("restored"), true);
});

Deno.test("a watch that ends in time needs no check of the server's version", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("1000", []), held.answer, new HeldWatch().answer]);
  await watch.clock.advance(31_000);
  held.end();
  await watch.clock.settle();
  assertEquals(watch.script.asked.length, 3);
  assertEquals(watch.state.type, "watching");
});

for (const [name, answers] of [["too large", [TOO_LARGE]], ["expired", [refusal(410, "Expired")]]] as const) {
  Deno.test(`when the version that was seen is ${name}, an older list of the newest version counts`, async () => {
    const held = new HeldWatch();
    await using watch = await run([list("1000", [secret("a", 900)]), held.answer, ...answers, restoredList]);
    held.send(bookmark(1001), expired);
    await watch.clock.settle();
    assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "500", restored: true });
    assertEquals(watch.states.at(-2), { type: "restored", resourceVersion: "500", seen: "1001" });
  });
}

Deno.test("a list older than requested is refused: a server that lags behind does not count as restored", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("1000", []), held.answer, list("990", []), list("1003", []), silence()]);
  held.send(bookmark(1001), expired);
  await watch.clock.settle();
  assertInstanceOf(watch.trouble, StaleListError);
  await watch.clock.advance(400);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "1003" });
  assertEquals(watch.stateNames.includes("restored"), false);
});

Deno.test("an older list that breaks off between its pages replaces nothing, and the next says again that it is older", async () => {
  const held = new HeldWatch();
  await using watch = await run([
    ...[list("1000", [secret("a", 900)]), held.answer, TOO_LARGE],
    ...[list("500", [secret("a", 400)], "t"), refusal(500, "InternalError"), TOO_LARGE],
    ...[list("510", [secret("a", 400)], "u"), list("510", [secret("b", 410)]), silence()],
  ]);
  held.send(bookmark(1001), expired);
  await watch.clock.settle();
  assertEquals(watch.batches.filter(({ type }) => type === "synced").length, 1);
  await watch.clock.advance(10_000);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "510", restored: true });
});

Deno.test("an older streaming list of the newest version counts as well", async () => {
  const [first, second] = [new HeldWatch(), new HeldWatch()];
  await using watch = await run([first.answer, TOO_LARGE, second.answer], { streamingLists: true });
  first.send(bookmark(1000, true), expired);
  await watch.clock.settle();
  await watch.clock.advance(400);
  second.send(added(secret("a", 400)), bookmark(500, true));
  await watch.clock.settle();
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "500", restored: true });
  assertEquals(watch.stateNames.slice(-2), ["restored", "watching"]);
});

Deno.test("after a restore the watch goes on from the older version, and what comes after it counts", async () => {
  const next = new HeldWatch();
  await using watch = await broken(new HeldWatch().answer, looksBack("500"), restoredList, next.answer);
  next.send(added(secret("later", 501)));
  await watch.clock.settle();
  assertEquals(watch.events, ["ADDED later@501"]);
  assertEquals(watch.batches.at(-1), {
    type: "events",
    events: [added(secret("later", 501))],
    resourceVersion: "501",
  });
});

Deno.test("a restored server that is past the version seen when its list arrives still counts as restored", async () => {
  await using watch = await broken(
    new HeldWatch().answer,
    looksBack("999"),
    list("1003", [secret("a", 400)]),
    silence(),
  );
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "1003", restored: true });
  assertEquals(watch.states.at(-2), { type: "restored", resourceVersion: "1003", seen: "1000" });
});

Deno.test("versions that cannot be compared do not show a restore", async () => {
  await using watch = await broken(
    new HeldWatch().answer,
    text(
      `{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"abc"},"items":[]}`,
    ),
  );
  assertEquals(watch.state.type, "watching");
});
