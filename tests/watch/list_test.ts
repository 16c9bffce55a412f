import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { bookmark, run, secret } from "./fixture.ts";
import { HeldWatch, list, refusal, text } from "./scripted_client.ts";
import { StaleListError } from "../../lib/watch/mod.ts";
import { ApiError } from "../../lib/kube/mod.ts";

const EXPIRED = refusal(410, "Expired");
const TOO_LARGE = refusal(504, "Timeout", {
  message: "Too large resource version: 99, current: 7",
  details: { causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }] },
});

Deno.test("the first list asks for the newest, in pages", async () => {
  await using watch = await run([list("7", [])]);
  assertEquals(watch.script.asked[0]!.path, "/api/v1/secrets");
  assertEquals(watch.script.queries[0], { limit: "500" });
});

Deno.test("a list arrives as init, pages and synced, and the watch begins at its version", async () => {
  await using watch = await run([list("7", [secret("a", 5), secret("b", 6)])]);
  assertEquals(watch.batches, [
    { type: "init" },
    { type: "page", objects: [secret("a", 5), secret("b", 6)] },
    { type: "synced", resourceVersion: "7" },
  ]);
  assertEquals(watch.script.queries[1], {
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: "31",
    resourceVersion: "7",
  });
});

Deno.test("the items of a list get the kind that the server leaves out", async () => {
  const { apiVersion: _, kind: __, ...bare } = secret("a", 5);
  await using watch = await run([list("7", [bare])]);
  assertEquals(watch.batches[1], { type: "page", objects: [secret("a", 5)] });
});

Deno.test("an empty list that a Go server writes as null is an empty list", async () => {
  await using watch = await run([
    text(`{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":null}`),
  ]);
  assertEquals(watch.batches[1], { type: "page", objects: [] });
});

Deno.test("a list may have any number of pages, and its version counts only when the last has arrived", async () => {
  const pages = Array.from(
    { length: 25 },
    (_, page) => list("7", [secret(`s${page}`, 5)], page < 24 ? `t${page}` : undefined),
  );
  await using watch = await run([...pages, EXPIRED]);
  assertEquals(watch.batches.filter(({ type }) => type === "page").length, 25);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "7" });
  assertEquals(watch.script.queries[1], { limit: "500", continue: "t0" });
  assertEquals(watch.script.queries[24], { limit: "500", continue: "t23" });
});

Deno.test("a list that breaks off between pages starts again from the first page", async () => {
  await using watch = await run([list("7", [secret("a", 5)], "t"), refusal(500, "InternalError"), list("8", [])]);
  await watch.clock.advance(400);
  assertEquals(watch.script.queries[2], { limit: "500" });
  assertEquals(watch.batches.map(({ type }) => type), ["init", "page", "init", "page", "synced"]);
});

Deno.test("a list whose pages expire is requested in one page, at once", async () => {
  await using watch = await run([list("7", [], "t"), EXPIRED, list("9", [])]);
  assertEquals(watch.script.queries[2], {});
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "9" });
});

Deno.test("a relist requests the version last seen or newer, in pages", async () => {
  const first = new HeldWatch();
  await using watch = await run([list("7", []), first.answer, list("9", [])]);
  first.send(bookmark(8));
  await watch.clock.settle();
  first.sendText(`{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n`);
  await watch.clock.settle();
  assertEquals(watch.script.queries[2], { limit: "500", resourceVersion: "8", resourceVersionMatch: "NotOlderThan" });
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "9" });
});

for (const [name, answer] of [["expired", EXPIRED], ["too large", TOO_LARGE]] as const) {
  Deno.test(`a relist at a version that is ${name} asks for the newest at once, and for "not older" the next time`, async () => {
    const watches = [new HeldWatch(), new HeldWatch()] as const;
    await using watch = await run([
      list("7", []),
      watches[0].answer,
      answer,
      list("9", []),
      watches[1].answer,
      list("11", []),
    ]);
    for (const [index, held] of watches.entries()) {
      held.send(bookmark(8 + 2 * index));
      await watch.clock.settle();
      held.sendText(`{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n`);
      await watch.clock.advance(10_000);
    }
    assertEquals(watch.script.queries[3], { limit: "500" });
    assertEquals(watch.script.queries[5], {
      limit: "500",
      resourceVersion: "10",
      resourceVersionMatch: "NotOlderThan",
    });
    assertEquals(watch.stateNames.includes("backing-off"), false);
  });
}

Deno.test("a list that follows a failure at once reports the failure", async () => {
  const first = new HeldWatch();
  await using watch = await run([list("7", []), first.answer, list("9", [])]);
  first.send(bookmark(8), { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await watch.clock.settle();
  const listing = watch.states.findLast(({ type }) => type === "listing");
  assert(listing?.type === "listing");
  assertInstanceOf(listing.cause, ApiError);
  assertEquals(listing.cause.message, "Cannot watch Secret objects as the API server answered 410 Expired");
});

Deno.test("a list older than what was seen is refused, and the newest is requested", async () => {
  const first = new HeldWatch();
  await using watch = await run([list("7", []), first.answer, list("99", [secret("new", 99)]), EXPIRED]);
  first.send(bookmark(100), { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await watch.clock.settle();
  assertInstanceOf(watch.trouble, StaleListError);
  assertEquals(watch.batches.filter(({ type }) => type === "init").length, 1);
  await watch.clock.advance(400);
  assertEquals(watch.script.queries[3], { limit: "500" });
});

Deno.test("versions are compared as numbers of any length", async () => {
  const first = new HeldWatch();
  await using watch = await run([list("7", []), first.answer, list("10000000000000000000001", [])]);
  first.send(bookmark("10000000000000000000002"), {
    type: "ERROR",
    object: { kind: "Status", code: 410, reason: "Expired" },
  });
  await watch.clock.settle();
  assertInstanceOf(watch.trouble, StaleListError);
});

Deno.test("a Status in place of a list is an error, not a list", async () => {
  await using watch = await run([
    text(`{"kind":"Status","status":"Failure","code":403,"reason":"Forbidden","message":"no"}\n`),
  ]);
  assertInstanceOf(watch.trouble, ApiError);
  assertEquals((watch.trouble as ApiError).code, 403);
  assertEquals(watch.batches, []);
});

Deno.test("a list that is not answered in time is given up", async () => {
  await using watch = await run([]);
  await watch.clock.advance(64_999);
  assertEquals(watch.stateNames, ["listing"]);
  await watch.clock.advance(1);
  assertEquals(watch.stateNames, ["listing", "backing-off"]);
  assertEquals((watch.trouble as Error).name, "SilentConnectionError");
});

Deno.test("selectors go with every request", async () => {
  await using watch = await run([list("7", [])], {
    namespace: "default",
    labelSelector: { app: "web" },
    fieldSelector: "metadata.name=a",
  });
  assertEquals(watch.script.asked.map(({ path }) => path), Array(2).fill("/api/v1/namespaces/default/secrets"));
  for (const { labelSelector, fieldSelector } of watch.script.queries) {
    assertEquals([labelSelector, fieldSelector], ["app=web", "metadata.name=a"]);
  }
});

Deno.test("only one list is requested in one page: the next one is in pages again", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("7", [], "t"), EXPIRED, list("9", []), held.answer, list("11", [])]);
  held.send(bookmark(10), { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await watch.clock.settle();
  assertEquals(watch.script.queries[4], { limit: "500", resourceVersion: "10", resourceVersionMatch: "NotOlderThan" });
});
