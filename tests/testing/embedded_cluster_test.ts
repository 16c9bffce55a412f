/** What the embedded cluster offers beyond an API server: call forms, faults, records, hooks. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  EmbeddedCluster,
  type EmbeddedClusterOptions,
  RequestLog,
  seededRandom,
  StatusError,
  VirtualClock,
} from "../../lib/testing/mod.ts";
import * as kinds from "../../lib/kube/kinds/mod.ts";
import { collectionPath } from "../../lib/kube/mod.ts";
import { Api, fails } from "../conformance/api.ts";
import { define, definition, undefine } from "../conformance/target.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

function setUp(options: EmbeddedClusterOptions = {}) {
  const clock = new VirtualClock();
  const cluster = new EmbeddedCluster({ clock, random: seededRandom(1), ...options });
  return { clock, cluster, api: new Api(cluster), [Symbol.dispose]: () => cluster.close() };
}

function query(parameters: Record<string, string>): URLSearchParams {
  return new URLSearchParams(parameters);
}

Deno.test("an answer comes in the form that was asked for", async () => {
  using test = setUp();
  const path = "/api/v1/namespaces/default";
  const raw = await test.cluster.performRequest({ method: "GET", path });
  const json = await test.cluster.performRequest({ method: "GET", path, expectJson: true });
  const stream = await test.cluster.performRequest({ method: "GET", path, expectStream: true });
  assertEquals(JSON.parse(new TextDecoder().decode(raw)), json);
  assertEquals(await new Response(stream).json(), json);
});

Deno.test("a watch can be read as values", async () => {
  using test = setUp();
  const querystring = query({ watch: "1", fieldSelector: "metadata.name=default" });
  const options = { method: "GET", path: "/api/v1/namespaces", querystring } as const;
  const stream = await test.cluster.performRequest({ ...options, expectStream: true, expectJson: true });
  const reader = stream.getReader();
  const { value } = await reader.read();
  assertEquals((value as { type: string }).type, "ADDED");
  await reader.cancel();
});

Deno.test("a watch that is not read as a stream is returned when it has ended", async () => {
  using test = setUp();
  const path = "/api/v1/namespaces";
  const querystring = query({ watch: "1", timeoutSeconds: "5", fieldSelector: "metadata.name=default" });
  const bytes = test.cluster.performRequest({ method: "GET", path, querystring });
  await test.clock.advance(5_000);
  assertEquals(JSON.parse(new TextDecoder().decode(await bytes)).object.metadata.name, "default");
});

Deno.test("a text that is not JSON is a syntax error if JSON is expected, and bytes otherwise", async () => {
  using test = setUp();
  const path = "/apis/none.dev/v1/things";
  await assertRejects(() => test.cluster.performRequest({ method: "GET", path, expectJson: true }), SyntaxError);
  assertEquals(await test.api.text("GET", path), "404 page not found\n");
});

Deno.test("bodies are taken as values, bytes and streams, and never shared with what is stored", async () => {
  using test = setUp();
  const body = { metadata: { name: "a" }, data: { key: "1" } };
  await test.cluster.performRequest({ method: "POST", path: MAPS, bodyJson: body });
  body.data.key = "2";
  const bodyRaw = new TextEncoder().encode('{"metadata":{"name":"b"}}');
  await test.cluster.performRequest({ method: "POST", path: MAPS, bodyRaw, contentType: "application/json" });
  const bodyStream = new Response('{"metadata":{"name":"c"}}').body!;
  await test.cluster.performRequest({ method: "POST", path: MAPS, bodyStream, contentType: "application/json" });
  const first = await test.cluster.performRequest({
    method: "GET",
    path: `${MAPS}/a`,
    expectJson: true,
  }) as typeof body;
  first.data.key = "3";
  const list = await test.api.get(MAPS);
  assertEquals(list.items.map((item: typeof body) => [item.metadata.name, item.data?.key]), [["a", "1"], [
    "b",
    undefined,
  ], ["c", undefined]]);
});

Deno.test("errors have the shape of the contract", async () => {
  using test = setUp();
  const error = await assertRejects(
    () => test.cluster.performRequest({ method: "GET", path: `${MAPS}/none` }),
    StatusError,
  );
  assertEquals([error.httpCode, error.status.reason], [404, "NotFound"]);
  assertEquals(error.message, 'Kubernetes returned HTTP 404 NotFound: configmaps "none" not found');
});

Deno.test("a request that was aborted before it began is not performed", async () => {
  using test = setUp();
  const abortSignal = AbortSignal.abort(new Error("enough"));
  const bodyJson = { metadata: { name: "a" } };
  await assertRejects(
    () => test.cluster.performRequest({ method: "POST", path: MAPS, bodyJson, abortSignal }),
    Error,
    "enough",
  );
  assert(await test.api.isGone(`${MAPS}/a`));
});

Deno.test("tunnels are refused", async () => {
  using test = setUp();
  const options = { method: "GET", path: "/", expectTunnel: ["v4.channel.k8s.io"] } as const;
  await assertRejects(
    () => test.cluster.performRequest({ ...options, expectTunnel: [...options.expectTunnel] }),
    Error,
    "tunnel",
  );
});

Deno.test("the same seed and requests give the same history", async () => {
  const run = async () => {
    using test = setUp();
    await test.api.create(MAPS, { metadata: { generateName: "a-" } });
    await test.clock.advance(5_000);
    await test.api.create(MAPS, { metadata: { generateName: "a-" } });
    return await test.api.text("GET", MAPS);
  };
  assertEquals(await run(), await run());
});

Deno.test("times are those of the clock", async () => {
  using test = setUp();
  await test.clock.advance(90_500);
  assertEquals(
    (await test.api.create(MAPS, { metadata: { name: "a" } })).metadata.creationTimestamp,
    "2024-01-01T00:01:30Z",
  );
});

Deno.test("namespaces can exist from the start", async () => {
  using test = setUp({ namespaces: ["team"] });
  assertEquals((await test.api.get("/api/v1/namespaces/team")).status, { phase: "Active" });
});

Deno.test("a watch with bookmarks gets one now and then, with the newest version", async () => {
  using test = setUp({ bookmarkInterval: 10_000 });
  await using events = await test.api.watch("/api/v1/namespaces", {
    ...{ allowWatchBookmarks: "true", resourceVersion: test.cluster.resourceVersion, timeoutSeconds: "3600" },
  });
  await test.api.create(MAPS, { metadata: { name: "a" } });
  await test.clock.advance(10_000);
  assertEquals(await events.next(), {
    type: "BOOKMARK",
    object: {
      kind: "Namespace",
      apiVersion: "v1",
      metadata: { resourceVersion: test.cluster.resourceVersion },
      spec: {},
      status: {},
    } as never,
  });
  await test.clock.advance(9_999);
  await test.api.create("/api/v1/namespaces", { metadata: { name: "b" } });
  assertEquals(await events.names(1), ["ADDED b"]);
});

Deno.test("a watch ends after timeoutSeconds, and leaves no timer", async () => {
  using test = setUp();
  await using events = await test.api.watch(MAPS, { timeoutSeconds: "300", allowWatchBookmarks: "true" });
  const end = events.next();
  await test.clock.advance(299_999);
  assertEquals(test.cluster.watches.count, 1);
  await test.clock.advance(1);
  assertEquals((await end)?.type, "BOOKMARK");
  assertEquals([test.cluster.watches.count, test.clock.pending], [1, 0]);
});

Deno.test("events that gather while nobody reads come as one chunk", async () => {
  using test = setUp();
  const querystring = query({ watch: "1", resourceVersion: test.cluster.resourceVersion });
  const stream = await test.cluster.performRequest({ method: "GET", path: MAPS, querystring, expectStream: true });
  for (const name of ["a", "b", "c"]) await test.api.create(MAPS, { metadata: { name } });
  const reader = stream.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value).trimEnd().split("\n").length, 3);
  await reader.cancel();
});

Deno.test("compaction makes older watches Expired, as an event", async () => {
  using test = setUp();
  const { metadata: { resourceVersion } } = await test.api.create(MAPS, { metadata: { name: "a" } });
  await test.api.create(MAPS, { metadata: { name: "b" } });
  test.cluster.compact();
  await using expired = await test.api.watch(MAPS, { resourceVersion });
  const { type, object } = (await expired.next())!;
  assertEquals([type, object.code, object.reason], ["ERROR", 410, "Expired"]);
  assertEquals(await expired.next(), undefined);
});

Deno.test("compaction leaves running watches, and those from its own version, alone", async () => {
  using test = setUp();
  await using running = await test.api.watch(MAPS, { resourceVersion: test.cluster.resourceVersion });
  await test.api.create(MAPS, { metadata: { name: "a" } });
  test.cluster.compact();
  await using fresh = await test.api.watch(MAPS, { resourceVersion: test.cluster.resourceVersion });
  await test.api.create(MAPS, { metadata: { name: "b" } });
  assertEquals([await running.names(2), await fresh.names(1)], [["ADDED a", "ADDED b"], ["ADDED b"]]);
});

Deno.test("compaction makes lists in pages, and of exact versions, Expired", async () => {
  using test = setUp();
  for (const name of ["a", "b", "c"]) await test.api.create(MAPS, { metadata: { name } });
  const first = await test.api.get(MAPS, { limit: "1" });
  await test.api.create(MAPS, { metadata: { name: "d" } });
  test.cluster.compact();
  const status = await fails(410, "Expired", test.api.get(MAPS, { limit: "1", continue: first.metadata.continue! }));
  const rest = await test.api.get(MAPS, { continue: status.metadata.continue! });
  assertEquals(rest.items.map((item: { metadata: { name: string } }) => item.metadata.name), ["b", "c", "d"]);
  const { resourceVersion } = first.metadata;
  await fails(410, "Expired", test.api.get(MAPS, { resourceVersion, resourceVersionMatch: "Exact" }));
  assertEquals((await test.api.get(MAPS, { resourceVersion })).items.length, 4);
});

Deno.test("the history is as long as it was set", async () => {
  using test = setUp({ historySize: 10 });
  const { metadata: { resourceVersion } } = await test.api.create(MAPS, { metadata: { name: "a" } });
  for (let index = 0; index < 20; index++) {
    await test.api.patch(`${MAPS}/a`, "merge", { data: { index: String(index) } });
  }
  await using events = await test.api.watch(MAPS, { resourceVersion });
  assertEquals((await events.next())?.object.reason, "Expired");
});

Deno.test("watches can be cut: in order, or with an error", async () => {
  using test = setUp();
  await using first = await test.api.watch(MAPS);
  await using other = await test.api.watch("/api/v1/secrets");
  const end = first.next();
  test.cluster.watches.cut({ plural: "configmaps" });
  assertEquals([await end, test.cluster.watches.count], [undefined, 1]);
  const failure = assertRejects(() => other.next(), TypeError, "connection reset");
  test.cluster.watches.cut({}, new TypeError("connection reset"));
  await failure;
});

Deno.test("frozen watches are silent, and deliver everything when they thaw", async () => {
  using test = setUp();
  await using events = await test.api.watch(MAPS);
  test.cluster.watches.freeze();
  let told: string[] | undefined;
  const telling = events.names(2).then((names) => told = names);
  for (const name of ["a", "b"]) await test.api.create(MAPS, { metadata: { name } });
  await test.clock.advance(1_000);
  assertEquals(told, undefined);
  test.cluster.watches.thaw();
  await telling;
  assertEquals(told, ["ADDED a", "ADDED b"]);
});

Deno.test("an interceptor can answer in the server's place", async () => {
  using test = setUp();
  using _interceptor = test.cluster.intercept(({ verb }) => {
    if (verb === "create") throw new StatusError(503, "ServiceUnavailable", "not now");
  });
  await fails(503, "ServiceUnavailable", test.api.create(MAPS, { metadata: { name: "a" } }));
  assert(await test.api.isGone(`${MAPS}/a`));
});

Deno.test("an interceptor can break the connection before, and lose the answer after", async () => {
  using test = setUp();
  const broken = () => {
    throw new TypeError("connection reset");
  };
  const before = test.cluster.intercept(broken);
  await assertRejects(() => test.api.create(MAPS, { metadata: { name: "a" } }), TypeError, "connection reset");
  before[Symbol.dispose]();
  const after = test.cluster.intercept({ after: broken });
  await assertRejects(() => test.api.create(MAPS, { metadata: { name: "b" } }), TypeError, "connection reset");
  after[Symbol.dispose]();
  assertEquals([await test.api.isGone(`${MAPS}/a`), await test.api.isGone(`${MAPS}/b`)], [true, false]);
});

Deno.test("an interceptor can delay, and sees what is asked and how it was answered", async () => {
  using test = setUp();
  const seen: unknown[] = [];
  using _interceptor = test.cluster.intercept({
    before: () => new Promise((resolve) => void test.clock.timer(1_000, resolve)),
    after: ({ verb, resource, namespace, name, user }, code) =>
      void seen.push([verb, resource, namespace, name, user, code]),
  });
  const request = new Api(test.cluster.client("me")).get(`${MAPS}/none`).catch((error) => error.httpCode);
  await test.clock.advance(999);
  assertEquals(seen, []);
  await test.clock.advance(1);
  assertEquals([await request, seen], [404, [["get", "configmaps", "default", "none", "me", 404]]]);
});

Deno.test("requests are recorded, with who asked and how it was answered", async () => {
  using test = setUp();
  const log = new RequestLog();
  const recording = test.cluster.onRequest(log.listener);
  const mine = new Api(test.cluster.client("me"));
  await mine.create(MAPS, { metadata: { name: "a" } });
  await fails(409, "AlreadyExists", mine.create(MAPS, { metadata: { name: "a" } }));
  await test.api.get(MAPS);
  await test.api.get("/version");
  recording[Symbol.dispose]();
  await test.api.get(MAPS);
  assertEquals(log.counts(), { "create configmaps": 2, "list configmaps": 1, "get /version": 1 });
  assertEquals(log.writes().map(({ code, user }) => [code, user]), [[201, "me"], [409, "me"]]);
  assertEquals([log.reads().length, log.records[0]?.at], [2, test.clock.now()]);
  log.clear();
  assertEquals(log.counts(), {});
});

Deno.test("requests of the internal controllers are not recorded", async () => {
  using test = setUp();
  const { metadata: { uid } } = await test.api.create(MAPS, { metadata: { name: "owner" } });
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
  await test.api.create(MAPS, { metadata: { name: "dependent", ownerReferences } });
  const log = new RequestLog();
  using _recording = test.cluster.onRequest(log.listener);
  await test.api.delete(`${MAPS}/owner`);
  await test.clock.settle();
  assert(await test.api.isGone(`${MAPS}/dependent`));
  assertEquals(log.counts(), { "delete configmaps": 1, "get configmaps": 1 });
});

Deno.test("the controllers inside can be slow", async () => {
  using test = setUp({ controllerDelay: 2_000 });
  const { metadata: { uid } } = await test.api.create(MAPS, { metadata: { name: "owner" } });
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
  await test.api.create(MAPS, { metadata: { name: "dependent", ownerReferences } });
  await test.clock.advance(2_000);
  await test.api.delete(`${MAPS}/owner`);
  await test.clock.advance(1_999);
  assert(!await test.api.isGone(`${MAPS}/dependent`));
  await test.clock.advance(1);
  assert(await test.api.isGone(`${MAPS}/dependent`));
});

Deno.test("a hook can change what is stored", async () => {
  using test = setUp();
  using _hook = test.cluster.admit({ group: "", plural: "configmaps" }, ({ object }) => {
    object.metadata.labels = { ...object.metadata.labels, hooked: "yes" };
  });
  assertEquals((await test.api.create(MAPS, { metadata: { name: "a" } })).metadata.labels, { hooked: "yes" });
  assertEquals(
    (await test.api.create("/api/v1/namespaces/default/secrets", { metadata: { name: "a" } })).metadata.labels,
    undefined,
  );
});

Deno.test("a hook can refuse, and what it is shown of the store is a copy", async () => {
  using test = setUp();
  await test.api.create(MAPS, { metadata: { name: "a" } });
  using _hook = test.cluster.admit({ group: "", plural: "configmaps" }, ({ operation, object, user }) => {
    object.data = { changed: "1" };
    if (operation === "DELETE") throw new Error(`${user} may not`);
  });
  const status = await fails(403, "Forbidden", new Api(test.cluster.client("me")).delete(`${MAPS}/a`));
  assertEquals(status.message, 'configmaps "a" is forbidden: me may not');
  assertEquals((await test.api.get(`${MAPS}/a`)).data, undefined);
});

Deno.test("a closed cluster ends its watches and refuses requests", async () => {
  const test = setUp();
  await using events = await test.api.watch(MAPS);
  const end = events.next();
  test.cluster.close();
  assertEquals([await end, test.clock.pending], [undefined, 0]);
  await assertRejects(() => test.api.get(MAPS), TypeError, "closed");
});

Deno.test("the user agent is the default field manager", async () => {
  using test = setUp();
  const api = new Api(test.cluster.client("me", "program/1.0"));
  const { metadata } = await api.create(MAPS, { metadata: { name: "a" }, data: { key: "1" } });
  assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["program"]);
});

Deno.test("a request of an internal controller that a hook refuses is tried again", async () => {
  using test = setUp();
  const { metadata: { uid } } = await test.api.create(MAPS, { metadata: { name: "owner" } });
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
  await test.api.create(MAPS, { metadata: { name: "dependent", ownerReferences } });
  const hook = test.cluster.admit({ group: "", plural: "configmaps" }, ({ operation, object }) => {
    if (operation === "DELETE" && object.metadata.name === "dependent") throw new Error("not yet");
  });
  await test.api.delete(`${MAPS}/owner`);
  await test.clock.advance(5_000);
  assert(!await test.api.isGone(`${MAPS}/dependent`));
  hook[Symbol.dispose]();
  await test.clock.advance(1_000);
  assert(await test.api.isGone(`${MAPS}/dependent`));
});

Deno.test("dependents of custom objects are collected when the definition goes", async () => {
  using test = setUp();
  const kind = await define(test.cluster, definition("example.dev", "widgets", "Widget"));
  const { apiVersion } = kind;
  const path = `/apis/${apiVersion}/namespaces/default/widgets`;
  const widget = { apiVersion, kind: "Widget", metadata: { name: "owner" }, spec: { image: "abc" } };
  const { metadata: { uid } } = await test.api.create(path, widget);
  const ownerReferences = [{ apiVersion, kind: "Widget", name: "owner", uid }];
  await test.api.create(MAPS, { metadata: { name: "dependent", ownerReferences } });
  await undefine(test.cluster, kind);
  await test.clock.settle();
  assert(await test.api.isGone(`${MAPS}/dependent`));
});

Deno.test("every kind that has a token is served", async () => {
  const { cluster, api } = setUp();
  using _cluster = cluster;
  for (const kind of Object.values(kinds)) {
    const { group, version, scope, plural } = kind;
    const namespace = scope === "Cluster" ? undefined : "default";
    assertEquals(
      (await api.get(collectionPath(kind, namespace))).kind,
      `${kind.kind}List`,
      `${plural}.${group}/${version}`,
    );
  }
});
