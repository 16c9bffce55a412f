import { assertEquals, assertInstanceOf } from "@std/assert";
import { added, bookmark, deleted, modified, run, secret } from "./fixture.ts";
import { HeldWatch, list, refusal, text } from "./scripted_client.ts";
import { ApiError } from "../../lib/kube/mod.ts";

const streaming = { streamingLists: true };

Deno.test("a streaming list is requested as a watch that begins with all objects", async () => {
  await using watch = await run([], streaming);
  assertEquals(watch.script.queries, [{
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: "31",
    sendInitialEvents: "true",
    resourceVersionMatch: "NotOlderThan",
  }]);
  assertEquals(watch.states, [{ type: "streaming-list", resourceVersion: "" }]);
});

Deno.test("a streaming list is complete at its mark, and the same connection goes on with changes", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer], streaming);
  held.send(added(secret("b", 9)), added(secret("a", 3)));
  await watch.clock.settle();
  assertEquals(watch.batches, []);
  held.send(bookmark(12, true), modified(secret("a", 13)));
  await watch.clock.settle();
  assertEquals(watch.batches, [
    { type: "init" },
    { type: "page", objects: [secret("b", 9), secret("a", 3)] },
    { type: "synced", resourceVersion: "12" },
    { type: "events", events: [modified(secret("a", 13))], resourceVersion: "13" },
  ]);
  assertEquals(watch.stateNames, ["streaming-list", "watching"]);
  assertEquals(watch.script.asked.length, 1);
});

Deno.test("changes that come before the mark of a streaming list are part of the list", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer], streaming);
  held.send(
    added(secret("a", 3)),
    added(secret("b", 4)),
    deleted(secret("a", 5)),
    modified(secret("b", 6)),
    bookmark(6, true),
  );
  await watch.clock.settle();
  assertEquals(watch.batches[1], { type: "page", objects: [secret("b", 6)] });
});

Deno.test("a streaming list that breaks off is dropped, and a plain list follows after a backoff", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer, list("7", [])], streaming);
  held.send(added(secret("a", 3)));
  await watch.clock.settle();
  held.break();
  await watch.clock.settle();
  assertEquals(watch.batches, []);
  assertEquals(watch.state.type, "backing-off");
  await watch.clock.advance(400);
  assertEquals(watch.script.queries[1], { limit: "500" });
});

Deno.test("a server that refuses streaming lists is asked for a plain list at once, and never again for a stream", async () => {
  const held = new HeldWatch();
  await using watch = await run([refusal(422, "Invalid"), list("7", []), held.answer, list("9", [])], streaming);
  assertEquals(watch.stateNames, ["streaming-list", "listing", "connecting", "watching"]);
  held.send(bookmark(8), { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await watch.clock.settle();
  assertEquals(watch.script.queries[3], { limit: "500", resourceVersion: "8", resourceVersionMatch: "NotOlderThan" });
});

Deno.test("a refusal of a streaming list may also come as its first line", async () => {
  await using watch = await run(
    [text(`{"kind":"Status","status":"Failure","code":400,"reason":"BadRequest"}\n`)],
    streaming,
  );
  const state = watch.states[1]!;
  assertEquals(state.type, "listing");
  assertInstanceOf(state.type === "listing" && state.cause, ApiError);
});

Deno.test("a server that ignores the request for a streaming list is detected by its silence", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer, list("7", [])], streaming);
  held.send(added(secret("a", 3)));
  await watch.clock.settle();
  await watch.clock.advance(65_000);
  assertEquals(watch.stateNames, ["streaming-list", "listing", "connecting"]);
});

Deno.test("a streaming list that the server ends without the mark is not used", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer, list("7", [])], streaming);
  held.send(added(secret("a", 3)));
  held.end();
  await watch.clock.settle();
  assertEquals(watch.batches[1], { type: "page", objects: [] });
});

Deno.test("after 429, the streaming list is repeated after Retry-After", async () => {
  const busy = refusal(429, "TooManyRequests", { details: { retryAfterSeconds: 5 } });
  await using watch = await run([busy], streaming);
  assertEquals(watch.state.type === "backing-off" && watch.state.delay, 5_400);
  await watch.clock.advance(5_400);
  assertEquals(watch.script.queries[1]!.sendInitialEvents, "true");
});

Deno.test("a streaming list after a watch has expired is not older than what was seen", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer, refusal(410, "Expired")], streaming);
  held.send(bookmark(12, true));
  await watch.clock.settle();
  held.send(bookmark(14), { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await watch.clock.settle();
  assertEquals(watch.script.queries.map(({ resourceVersion }) => resourceVersion), [undefined, "14", undefined]);
});

Deno.test("once a streaming list is complete its connection may be as silent as a watch", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer], streaming);
  held.send(bookmark(12, true));
  await watch.clock.settle();
  await watch.clock.advance(69_999);
  assertEquals(watch.state.type, "watching");
  await watch.clock.advance(1);
  assertEquals(watch.state.type, "backing-off");
});

Deno.test("once a streaming list is complete the idle deadline holds for its connection, also when it is the shorter one", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer], { ...streaming, idleTimeout: "30s" });
  held.send(bookmark(12, true));
  await watch.clock.settle();
  await watch.clock.advance(30_000);
  assertEquals(watch.state.type, "backing-off");
});

Deno.test("a connection that brought a streaming list is not a short watch, however soon it ends", async () => {
  const held = new HeldWatch();
  await using watch = await run([held.answer], streaming);
  held.send(bookmark(12, true));
  held.end();
  await watch.clock.settle();
  assertEquals(watch.stateNames, ["streaming-list", "watching", "connecting"]);
});
