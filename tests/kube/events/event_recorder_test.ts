import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ClusterClient, RequestOptions } from "../../../lib/kube/mod.ts";
import { broken, refusal, unreachable } from "../../controller/faults.ts";
import { SeriesKeeper } from "../../../lib/kube/events/event_series.ts";
import { Zone } from "../fakes.ts";
import { eventFor, ownerOf, RecorderFixture } from "./fixture.ts";

const MINUTE = 60_000;

Deno.test("an Event says what happened to which object, who says so, and when", async () => {
  using fixture = new RecorderFixture();
  await fixture.record();
  const [event, ...others] = await fixture.events();
  assertEquals(others, []);
  const { metadata, ...rest } = event!;
  assertMatch(metadata.name, /^a\.[0-9a-f]+$/);
  assertMatch(rest.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assertEquals(rest, {
    // What the API server shows of every Event, though it is not set.
    ...{ deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null, deprecatedSource: {} },
    eventTime: rest.eventTime,
    reportingController: "example.dev/foo",
    reportingInstance: "foo-pod",
    type: "Normal",
    reason: "Modified",
    action: "CreateTheText",
    note: "create ConfigMap default/a",
    regarding: {
      apiVersion: "example.dev/v1",
      kind: "Foo",
      namespace: "default",
      name: "a",
      uid: "uid-a",
      resourceVersion: "10",
    },
  });
});

Deno.test("a repetition is counted in one Event, with the time of the last one", async () => {
  using fixture = new RecorderFixture();
  await fixture.record();
  await fixture.clock.advance(MINUTE);
  await fixture.record({ regarding: ownerOf({ resourceVersion: "11" }) });
  await fixture.clock.advance(MINUTE);
  await fixture.record();
  const [event, ...others] = await fixture.events();
  assertEquals(others, []);
  assertEquals(event?.series?.count, 3);
  const between = Date.parse(event!.series!.lastObservedTime) - Date.parse(event!.eventTime);
  assertEquals(between, 2 * MINUTE);
  assertEquals(fixture.asked, ["create 201", "patch 200", "patch 200"]);
});

Deno.test("a series takes little memory, however large the object and the note are", async () => {
  using fixture = new RecorderFixture();
  const note = "x".repeat(100_000);
  const { kind, object } = ownerOf();
  const series = new SeriesKeeper(fixture.clock, { next: () => 0.5 }).observe(
    eventFor({ note, regarding: { kind, object: { ...object, spec: { text: note } } as typeof object } }),
  );
  assert(
    JSON.stringify({ ...series, event: { ...series.event, regarding: series.event.regarding.object } }).length < 3_000,
  );
  await fixture.record({ note });
  await fixture.record({ note: `${note} and more` });
  const [event, ...others] = await fixture.events();
  assertEquals([event?.note.length, others], [1_022, []], "what is cut away makes no other Event");
});

Deno.test("events within one millisecond can still be sorted", async () => {
  using fixture = new RecorderFixture();
  const notes = ["one", "two", "three", "four"];
  for (const note of notes) fixture.recorder.record(eventFor({ note }));
  await fixture.clock.settle();
  const events = await fixture.events();
  assertEquals(events.sort((a, b) => a.eventTime < b.eventTime ? -1 : 1).map(({ note }) => note), notes);
});

Deno.test("another note, reason, action, type, controller or object is another Event", async () => {
  using fixture = new RecorderFixture();
  await fixture.record();
  await fixture.record({ note: "other" });
  await fixture.record({ reason: "Other" });
  await fixture.record({ action: "other" });
  await fixture.record({ type: "Warning" });
  await fixture.record({ reporter: { controller: "example.dev/bar", instance: "bar-pod" } });
  await fixture.record({ regarding: ownerOf({ uid: "another of that name" }) });
  const events = await fixture.events();
  assertEquals(events.map(({ series }) => series), events.map(() => undefined));
  assertEquals(events.length, 7);
});

Deno.test("a repetition after half an hour of silence is a new Event", async () => {
  using fixture = new RecorderFixture();
  await fixture.record();
  await fixture.clock.advance(29 * MINUTE);
  await fixture.record();
  assertEquals((await fixture.events()).length, 1);
  await fixture.clock.advance(30 * MINUTE);
  await fixture.record();
  assertEquals((await fixture.events()).map(({ series }) => series?.count), [2, undefined]);
});

Deno.test("an Event that the API server has deleted is created again, and goes on counting", async () => {
  using fixture = new RecorderFixture();
  await fixture.record({}, 2);
  const [event] = await fixture.events();
  const path = `/apis/events.k8s.io/v1/namespaces/default/events/${event!.metadata.name}`;
  await fixture.cluster.performRequest({ method: "DELETE", path });
  await fixture.record();
  const [renewed, ...others] = await fixture.events();
  assertEquals([renewed?.series?.count, others.length], [3, 0]);
  assert(renewed!.metadata.name !== event!.metadata.name);
});

Deno.test("occurrences during a write are in the next one", async () => {
  using fixture = new RecorderFixture();
  const held = Promise.withResolvers<void>();
  let writes = 0;
  fixture.cluster.intercept({ before: ({ user }) => user === "operator" && writes++ === 0 ? held.promise : undefined });
  await fixture.record({}, 10);
  held.resolve();
  await fixture.clock.settle();
  assertEquals(fixture.asked, ["create 201", "patch 200"]);
  assertEquals((await fixture.events())[0]?.series?.count, 10);
});

Deno.test("an object costs 25 writes in a row and one each five minutes, and no count is lost", async () => {
  using fixture = new RecorderFixture();
  await fixture.record({}, 40);
  assertEquals(fixture.asked.length, 25);
  assertEquals((await fixture.events())[0]?.series?.count, 25);
  await fixture.clock.advance(5 * MINUTE);
  await fixture.record({}, 2);
  assertEquals(fixture.asked.length, 26);
  assertEquals((await fixture.events())[0]?.series?.count, 41);
});

Deno.test("an object with many Events does not silence another", async () => {
  using fixture = new RecorderFixture();
  await fixture.record({}, 40);
  await fixture.record({ regarding: ownerOf({ name: "b", uid: "uid-b" }) });
  assertEquals((await fixture.events()).map(({ regarding }) => regarding["name"]), ["a", "b"]);
});

Deno.test("Events of an object without a namespace are in the namespace default", async () => {
  using fixture = new RecorderFixture();
  const { namespace: _, ...metadata } = ownerOf().object.metadata;
  const object = { ...ownerOf({}, Zone).object, kind: "Zone", metadata };
  await fixture.record({ regarding: { kind: Zone, object } });
  const [event] = await fixture.events();
  assertEquals([event?.metadata.namespace, event?.regarding["kind"], event?.regarding["namespace"]], [
    "default",
    "Zone",
    undefined,
  ]);
});

Deno.test("a missing rule for Events is logged once, and no request is made for a minute", async () => {
  using fixture = new RecorderFixture();
  fixture.cluster.intercept({
    before: ({ user }) => {
      if (user === "operator") throw refusal(403, "Forbidden", 'User "operator" cannot create resource "events"');
    },
  });
  await fixture.record({}, 20);
  await fixture.record({ regarding: ownerOf({ uid: "uid-b" }) });
  assertEquals(fixture.asked, ["create 403"]);
  await fixture.clock.advance(MINUTE + 1_000);
  await fixture.record();
  assertEquals(fixture.asked, ["create 403", "create 403"]);
  const [warning, ...others] = fixture.log.entries.filter(({ level }) => level !== "debug");
  assertEquals(others, []);
  assertEquals([warning?.level, warning?.message], [
    "warn",
    "cannot write Events as the account lacks a rule; Runs are not affected",
  ]);
  assertEquals(JSON.parse(String(warning?.fields["rule"])), {
    apiGroups: ["events.k8s.io"],
    resources: ["events"],
    verbs: ["create", "patch"],
  });
});

Deno.test("a namespace that refuses does not silence another", async () => {
  using fixture = new RecorderFixture();
  fixture.cluster.intercept({
    before: ({ user, namespace }) => {
      if (user === "operator" && namespace === "default") throw refusal(403, "Forbidden", "no");
    },
  });
  await fixture.record();
  await fixture.record({ regarding: ownerOf({ namespace: "kube-system", uid: "uid-b" }) });
  assertEquals((await fixture.events("kube-system")).length, 1);
});

Deno.test("a failed write is not retried, and is logged at debug, at most once a minute, with the number of failures", async () => {
  using fixture = new RecorderFixture();
  fixture.cluster.intercept({
    before: ({ user }) => {
      if (user === "operator") throw refusal(500, "InternalError", "etcd is unwell");
    },
  });
  for (let second = 0; second < 90; second += 10) {
    await fixture.record();
    await fixture.clock.advance(10_000);
  }
  const lines = fixture.log.entries.map(({ level, message, fields }) => [level, message, fields["failed"]]);
  assertEquals(lines, [["debug", "Events were not written", 1], ["debug", "Events were not written", 6]]);
  await fixture.close();
  assertEquals(fixture.log.entries.map(({ fields }) => fields["failed"]), [1, 6, 2]);
  assertEquals(fixture.asked.length, 9);
});

Deno.test("an Event whose answer was lost is not written twice", async () => {
  using fixture = new RecorderFixture();
  let lost = false;
  fixture.cluster.intercept({
    after: ({ user }) => {
      if (user !== "operator" || lost) return;
      lost = true;
      throw broken();
    },
  });
  await fixture.record({}, 2);
  const events = await fixture.events();
  assertEquals(events.map(({ series }) => series?.count), [2]);
});

Deno.test("a recorder that is closed writes what is left, and takes no more", async () => {
  using fixture = new RecorderFixture();
  for (const note of ["one", "two", "three"]) fixture.recorder.record(eventFor({ note }));
  await fixture.close();
  fixture.recorder.record(eventFor({ note: "too late" }));
  await fixture.clock.settle();
  assertEquals((await fixture.events()).map(({ note }) => note).sort(), ["one", "three", "two"]);
});

Deno.test("closing gives up in time when nobody answers, and leaves no timer behind", async () => {
  using fixture = new RecorderFixture();
  fixture.cluster.intercept({
    before: ({ user }) => {
      if (user === "operator") throw unreachable();
    },
  });
  await fixture.record();
  const start = fixture.clock.monotonic();
  await fixture.close(2_000);
  assertEquals(fixture.clock.monotonic() - start, 2_000);
  await fixture.clock.settle();
  assertEquals(fixture.clock.pending, 0);
});

Deno.test("a write that hangs is given up after ten seconds, and the next one is made only then", async () => {
  let writes = 0;
  const performRequest = (client: ClusterClient, options: RequestOptions) =>
    writes++ > 0
      ? client.performRequest(options)
      : new Promise((_, reject) => options.abortSignal!.addEventListener("abort", (event) => reject(event)));
  using fixture = new RecorderFixture((client) =>
    ({ performRequest: (options: RequestOptions) => performRequest(client, options) }) as ClusterClient
  );
  await fixture.record({ note: "hangs" });
  await fixture.record({ note: "comes after" });
  assertEquals(writes, 1);
  await fixture.clock.advance(10_000);
  assertEquals((await fixture.events()).map(({ note }) => note), ["comes after"]);
});
