import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { added, bookmark, deleted, modified, run, secret } from "./fixture.ts";
import { connectionRefused, HeldWatch, list, refusal, statusText, text, watchOf } from "./scripted_client.ts";
import { MalformedWatchError, ShortWatchError, SilentConnectionError, TransformError } from "../../lib/watch/mod.ts";
import { ApiError, isNotSent } from "../../lib/kube/mod.ts";

const empty = list("7", []);
const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };

Deno.test("one network read is one batch, with the version that the watch has reached", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  held.send(added(secret("a", 8)), modified(secret("a", 9)), bookmark(12));
  held.send(deleted(secret("a", 13)));
  await watch.clock.settle();
  assertEquals(watch.batches.slice(3), [
    { type: "events", events: [added(secret("a", 8)), modified(secret("a", 9))], resourceVersion: "12" },
    { type: "events", events: [deleted(secret("a", 13))], resourceVersion: "13" },
  ]);
});

Deno.test("a line may be cut anywhere, also inside a character", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  const object = secret("a", 8, { annotations: { city: "Zürich 東京 🚠" } });
  for (const byte of new TextEncoder().encode(`${JSON.stringify(added(object))}\n`)) {
    held.sendBytes(Uint8Array.of(byte));
  }
  await watch.clock.settle();
  assertEquals(watch.batches.slice(3), [{ type: "events", events: [added(object)], resourceVersion: "8" }]);
});

Deno.test("a line may be longer than any chunk", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  const object = secret("a", 8, { annotations: { large: "x".repeat(3_000_000) } });
  const bytes = new TextEncoder().encode(`${JSON.stringify(added(object))}\n`);
  for (let at = 0; at < bytes.length; at += 65_536) held.sendBytes(bytes.slice(at, at + 65_536));
  await watch.clock.settle();
  assertEquals(watch.events, ["ADDED a@8"]);
});

Deno.test("a watch that the server ends is resumed at once at the version that it had reached, also by bookmarks", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  held.send(added(secret("a", 8)), bookmark(20));
  held.end();
  await watch.clock.settle();
  assertEquals(watch.script.queries[2]!.resourceVersion, "20");
  assertEquals(watch.stateNames, ["listing", "connecting", "watching", "connecting"]);
});

Deno.test("a watch that is silent until the server ends it in time is not a failure", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  await watch.clock.advance(31_000);
  held.end();
  await watch.clock.settle();
  assertEquals(watch.state, { type: "connecting", resourceVersion: "7" });
});

Deno.test("a watch that ends in less than a second without events is a failure, or it would be retried in a loop", async () => {
  await using watch = await run([empty, watchOf()]);
  assertInstanceOf(watch.trouble, ShortWatchError);
  assertEquals(watch.script.asked.length, 2);
});

Deno.test("bookmarks without a new version do not count as events of a short watch", async () => {
  await using watch = await run([empty, watchOf(bookmark(7))]);
  assertInstanceOf(watch.trouble, ShortWatchError);
});

Deno.test("a watch that was never ordered does not take its first objects for progress", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("", []), held.answer, watchOf()]);
  held.send(added(secret("b", 30)), added(secret("a", 10)));
  await watch.clock.settle();
  assertEquals(watch.batches.at(-1), {
    type: "events",
    events: [added(secret("b", 30)), added(secret("a", 10))],
    resourceVersion: "",
  });
  held.send(modified(secret("a", 31)));
  held.end();
  await watch.clock.settle();
  assertEquals(watch.script.queries[2]!.resourceVersion, "31");
});

Deno.test("a silent connection is given up shortly after the server should have ended it, and the watch goes on", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer], { timeoutSeconds: [180, 180] });
  await watch.clock.advance(189_999);
  assertEquals(watch.state.type, "watching");
  await watch.clock.advance(1);
  assertInstanceOf(watch.trouble, SilentConnectionError);
  assert(held.cancelled, "the connection must be closed");
  await watch.clock.advance(400);
  assertEquals(watch.script.queries[2]!.resourceVersion, "7");
});

Deno.test("anything that arrives extends the idle deadline, also a bookmark", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer], { idleTimeout: "60s" });
  for (const version of [8, 9, 10]) {
    await watch.clock.advance(50_000);
    held.send(bookmark(version));
    await watch.clock.settle();
  }
  await watch.clock.advance(59_999);
  assertEquals(watch.state.type, "watching");
  await watch.clock.advance(1);
  assertEquals(watch.state.type, "backing-off");
});

Deno.test("a server that accepts the connection and never answers is given up too", async () => {
  await using watch = await run([empty], { idleTimeout: "60s" });
  await watch.clock.advance(60_000);
  assertInstanceOf(watch.trouble, SilentConnectionError);
});

Deno.test("timeoutSeconds is drawn for each watch, so that a dead connection is noticed within 45 seconds", async () => {
  const draws = [0, 0.9999];
  const random = { next: () => draws.shift() ?? 0 };
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer], { random });
  held.send(bookmark(8));
  held.end();
  await watch.clock.settle();
  assertEquals(watch.script.queries.slice(1).map(({ timeoutSeconds }) => timeoutSeconds), ["27", "34"]);
});

Deno.test("an expired watch lists at once, but not in a loop", async () => {
  await using watch = await run([empty, watchOf(bookmark(8), expired), list("9", []), watchOf(expired), list("9", [])]);
  assertEquals(watch.stateNames, [
    ...["listing", "connecting", "watching"],
    ...["listing", "connecting", "watching"],
    "backing-off",
  ]);
});

for (
  const [name, answer] of [
    ["thrown by the client", refusal(429, "TooManyRequests")],
    ["sent as data", text(`${statusText(429, "TooManyRequests")}\n`)],
    ["sent as bare text", text("Too many requests, please try again later.\n")],
    ["sent as data without a line end", text(statusText(429, "TooManyRequests"))],
  ] as const
) {
  Deno.test(`a refusal for too many requests, ${name}, tries the watch again and does not list`, async () => {
    await using watch = await run([empty, answer]);
    assertInstanceOf(watch.trouble, ApiError);
    assertEquals((watch.trouble as ApiError).code, 429);
    await watch.clock.advance(1_400);
    assertEquals(watch.script.queries[2]!.watch, "true");
    assertEquals(watch.script.queries[2]!.resourceVersion, "7");
  });
}

Deno.test("a refused connection tries the watch again and does not list, however often", async () => {
  await using watch = await run([empty, ...Array.from({ length: 8 }, connectionRefused)]);
  assert(isNotSent(watch.trouble));
  await watch.clock.advance(60_000);
  assertEquals(watch.script.queries.slice(1).map(({ resourceVersion }) => resourceVersion), Array(9).fill("7"));
});

Deno.test("a retry waits for Retry-After plus jitter", async () => {
  const busy = refusal(429, "TooManyRequests", { details: { retryAfterSeconds: 20 } });
  await using watch = await run([empty, busy]);
  await watch.clock.advance(20_399);
  assertEquals(watch.script.asked.length, 2);
  await watch.clock.advance(1);
  assertEquals(watch.script.asked.length, 3);
  await using another = await run([empty, busy], { random: { next: () => 0.25 } });
  assertEquals(another.state.type === "backing-off" && another.state.delay, 20_200);
});

Deno.test("Retry-After does not count as time without failures", async () => {
  const busy = refusal(429, "TooManyRequests", { details: { retryAfterSeconds: 300 } });
  await using watch = await run([empty, busy, connectionRefused()]);
  await watch.clock.advance(300_400);
  assertEquals(watch.state.type === "backing-off" && watch.state.attempt, 2);
});

Deno.test("delays double up to half a minute, and start again after two minutes without failures", async () => {
  const delays = (states: readonly { type: string; delay?: number; attempt?: number }[]) =>
    states.filter(({ type }) => type === "backing-off").map(({ delay, attempt }) => [delay, attempt]);
  const held = new HeldWatch();
  const failures = Array.from({ length: 7 }, connectionRefused);
  const answers = [empty, ...failures, held.answer, empty, connectionRefused()];
  await using watch = await run(answers, { timeoutSeconds: [180, 180] });
  await watch.clock.advanceUntil(() => watch.state.type === "watching");
  assertEquals(delays(watch.states), [[400, 1], [800, 2], [1600, 3], [3200, 4], [6400, 5], [12800, 6], [15000, 7]]);
  await watch.clock.advance(120_000);
  held.end();
  await watch.clock.settle();
  assertEquals(delays(watch.states).at(-1), [400, 1]);
});

Deno.test("a proxy that cuts each watch after some seconds does not make the delays grow", async () => {
  const held = Array.from({ length: 8 }, () => new HeldWatch());
  await using watch = await run([empty, held[0]!.answer, ...held.slice(1).flatMap(({ answer }) => [answer, empty])]);
  for (const one of held) {
    await watch.clock.advance(15_000);
    one.break();
    await watch.clock.settle();
    assertEquals(watch.state.type === "backing-off" && [watch.state.delay, watch.state.attempt], [400, 1]);
    await watch.clock.advance(400);
  }
});

Deno.test("versions that expire again and again are listed at once only every ten seconds", async () => {
  const last = (version: number) =>
    watchOf(bookmark(version), { type: "ERROR", object: JSON.parse(statusText(410, "Expired")) });
  const answers = Array.from({ length: 40 }, (_, at) => [list(String(10 + 2 * at), []), last(11 + 2 * at)]).flat();
  await using watch = await run(answers);
  assertEquals(watch.stateNames.filter((name) => name === "listing").length, 2);
  await watch.clock.advance(10_000);
  assert(watch.stateNames.filter((name) => name === "listing").length <= 8, `${watch.stateNames}`);
});

Deno.test("a missing right (403) is retried with backoff, and reported each time in the server's words", async () => {
  const message = 'secrets is forbidden: User "x" cannot watch resource "secrets"';
  await using watch = await run([empty, ...Array.from({ length: 3 }, () => refusal(403, "Forbidden", { message }))]);
  await watch.clock.advance(2_000);
  const reports = watch.states.filter(({ type }) => type === "backing-off");
  assertEquals(reports.length, 3);
  for (const report of reports) {
    assertStringIncludes(report.type === "backing-off" ? String(report.error) : "", message);
    assertEquals(report.type === "backing-off" && report.next, "watch");
  }
});

Deno.test("a kind that is not installed is retried until it is", async () => {
  await using watch = await run([text("404 page not found\n"), list("7", [])]);
  assertEquals((watch.trouble as ApiError).code, 404);
  await watch.clock.advance(400);
  assertEquals(watch.batches.at(-1), { type: "synced", resourceVersion: "7" });
});

Deno.test("a kind that is removed while it is watched is listed again", async () => {
  await using watch = await run([empty, refusal(404, "NotFound")]);
  assertEquals(watch.state.type === "backing-off" && watch.state.next, "list");
});

Deno.test("an error in the middle of a watch loses nothing: earlier events count, and the watch goes on after them", async () => {
  const internal = { type: "ERROR", object: { kind: "Status", code: 500, reason: "InternalError", message: "etcd" } };
  await using watch = await run([empty, watchOf(added(secret("a", 8)), internal)]);
  assertEquals(watch.events, ["ADDED a@8"]);
  assertEquals((watch.trouble as ApiError).code, 500);
  await watch.clock.advance(400);
  assertEquals(watch.script.queries[2]!.resourceVersion, "8");
});

Deno.test("an error event without a Status is an error, too", async () => {
  await using watch = await run([empty, watchOf({ type: "ERROR", object: 7 })]);
  assertInstanceOf(watch.trouble, MalformedWatchError);
});

for (
  const [name, line] of [
    ["is no JSON", '{"type":"MODIFIED","object":{"secret'],
    ["has an unknown type", '{"type":"RENAMED","object":{"metadata":{"name":"a","resourceVersion":"9"}}}'],
    ["has no object", '{"type":"MODIFIED"}'],
    ["has no version", '{"type":"MODIFIED","object":{"metadata":{"name":"a"}}}'],
    ["is null", "null"],
  ] as const
) {
  Deno.test(`a line that ${name} is an error of the stream, and the watch goes on before it`, async () => {
    await using watch = await run([empty, text(`${JSON.stringify(added(secret("a", 8)))}\n${line}\n`)]);
    assertEquals(watch.events, ["ADDED a@8"]);
    assertInstanceOf(watch.trouble, MalformedWatchError);
    await watch.clock.advance(400);
    assertEquals(watch.script.queries[2]!.resourceVersion, "8");
  });
}

Deno.test("an error about a line never shows the line: it may be a secret", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  held.sendText('{"type":"MODIFIED","object":{"data":{"password":"aHVudGVyMg==\n');
  await watch.clock.settle();
  const { message, cause } = watch.trouble as Error;
  assertEquals(message.includes("aHVudGVyMg"), false);
  assertEquals(cause, undefined);
});

Deno.test("an error about a first line that came in several reads does not show it either", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  held.sendText('{"type":"ADDED","object":{"data":{"password":"');
  held.sendText("aHVudGVyMg==\n");
  await watch.clock.settle();
  assertInstanceOf(watch.trouble, MalformedWatchError);
  assertEquals(watch.trouble.message.includes("aHVudGVyMg"), false);
});

Deno.test("the error page of a proxy is distinguished from a broken watch", async () => {
  await using watch = await run([empty, text("<html>\n<title>502 Bad Gateway</title>\n</html>\n")]);
  assertEquals((watch.trouble as ApiError).code, 502);
});

Deno.test("bytes that are not UTF-8 are an error, not a changed object", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  const bytes = new TextEncoder().encode(`${JSON.stringify(added(secret("a", 8, { labels: { app: "?" } })))}\n`);
  bytes[bytes.lastIndexOf("?".charCodeAt(0))] = 0xff;
  held.sendBytes(bytes);
  await watch.clock.settle();
  assertInstanceOf(watch.trouble, MalformedWatchError);
  assertEquals(watch.events, []);
});

Deno.test("a watch that is cut inside a line goes on before that line", async () => {
  const held = new HeldWatch();
  await using watch = await run([empty, held.answer]);
  held.sendText(`${JSON.stringify(added(secret("a", 8)))}\n{"type":"MODI`);
  held.end();
  await watch.clock.settle();
  assertEquals(watch.events, ["ADDED a@8"]);
  assertInstanceOf(watch.trouble, MalformedWatchError);
});

Deno.test("after three failures at the same version, everything is listed", async () => {
  const broken = () => text(`{"type":"RENAMED"}\n`);
  await using watch = await run([empty, broken(), broken(), empty, broken(), empty, list("9", [])]);
  await watch.clock.advance(10_000);
  assertEquals(watch.script.queries.slice(1).map(({ watch, resourceVersion }) => [watch, resourceVersion]), [
    ["true", "7"],
    ["true", "7"],
    [undefined, undefined],
    ["true", "7"],
    [undefined, undefined],
    [undefined, "7"],
    ["true", "9"],
  ]);
});

Deno.test("transform changes objects of lists and of events; if it throws, that is reported, and no change is passed on", async () => {
  const held = new HeldWatch();
  const transform = (object: ReturnType<typeof secret>) => {
    if (object.metadata.name === "bad") throw new Error("no");
    return { ...object, kind: "Trimmed" };
  };
  await using watch = await run([list("7", [secret("a", 5)]), held.answer], { transform });
  held.send(modified(secret("a", 8)), added(secret("bad", 9)));
  await watch.clock.settle();
  assertEquals(watch.batches[1], { type: "page", objects: [{ ...secret("a", 5), kind: "Trimmed" }] });
  assertEquals(watch.batches[3], {
    type: "events",
    events: [modified({ ...secret("a", 8), kind: "Trimmed" })],
    resourceVersion: "8",
  });
  assertInstanceOf(watch.trouble, TransformError);
});
