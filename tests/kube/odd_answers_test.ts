/**
 * No answer is trusted unread: an answer to something else is an error, whatever it looks like and however it arrives.
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  ApiError,
  connect,
  createPerformer,
  type KubeRequest,
  liveReadApi,
  send,
  UnexpectedAnswerError,
  type WriteResult,
} from "../../lib/kube/mod.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import { kindOf } from "../../lib/model/mod.ts";
import { create, patch, remove } from "../../lib/steps/mod.ts";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { Informer } from "../../lib/watch/mod.ts";
import { failure, Foo, listOf, noRandom, scriptedTransport, storedFoo, storedMap } from "./fakes.ts";

const MAP = storedMap();
const without = (object: object, ...path: string[]): object => {
  const copy = structuredClone(object) as Record<string, never>;
  const last = path.pop()!;
  delete path.reduce((at, key) => at[key]!, copy)[last];
  return copy;
};
const status = (more: object) => ({ kind: "Status", apiVersion: "v1", metadata: {}, ...more });

/** JSON that is no answer to anything about a ConfigMap. */
const ODD: Readonly<Record<string, unknown>> = {
  "a gateway's error": { error: "bad gateway" },
  "a gateway's message": { message: "upstream timed out", code: 502, request_id: "x" },
  "an empty object": {},
  "null": null,
  "an array": [],
  "a text": "OK",
  "a number": 0,
  "true": true,
  "items alone": { items: [] },
  "items with a version, of no kind": { metadata: { resourceVersion: "7" }, items: [] },
  "a list of another kind": listOf(Secret),
  "a list of another version": { ...listOf(ConfigMap), apiVersion: "v2" },
  "a Table": { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: { resourceVersion: "7" }, rows: [] },
  "a list without items": without(listOf(ConfigMap), "items"),
  "a list whose items are no list": { ...listOf(ConfigMap), items: {} },
  "a list without a version": without(listOf(ConfigMap), "metadata", "resourceVersion"),
  "a list without metadata": without(listOf(ConfigMap), "metadata"),
  "a list whose token is a number": { ...listOf(ConfigMap), metadata: { resourceVersion: "7", continue: 3 } },
  "a list with null in it": listOf(ConfigMap, [null] as never),
  "a list with a nameless item": listOf(ConfigMap, [{ metadata: { uid: "u", resourceVersion: "7" } }]),
  "a list with an item of another kind": listOf(ConfigMap, [{ ...MAP, kind: "Secret" }]),
  "a list with an item without a version": listOf(ConfigMap, [without(MAP, "metadata", "resourceVersion")]),
  "an object of another kind": { ...MAP, kind: "Secret" },
  "an object of another version": { ...MAP, apiVersion: "v2" },
  "an object without a kind": without(MAP, "kind"),
  "an object without an apiVersion": without(MAP, "apiVersion"),
  "an object without metadata": without(MAP, "metadata"),
  "an object without a name": without(MAP, "metadata", "name"),
  "an object without a uid": without(MAP, "metadata", "uid"),
  "an object without a version": without(MAP, "metadata", "resourceVersion"),
  "an object with an empty version": storedMap({ resourceVersion: "" }),
  "another object": storedMap({ name: "other" }),
  "an object of another namespace": storedMap({ namespace: "other" }),
  "a Status that says neither": status({}),
  "a Status of failure, with nonsense in it": status({ status: "Failure", code: "404", details: 7, reason: {} }),
  "a Status of failure without a code": status({ status: "Failure" }),
};

const ref = { kind: ConfigMap, namespace: "default" } as const;
const REQUESTS: readonly KubeRequest[] = [
  { verb: "get", ...ref, name: "m" },
  { verb: "list", ...ref },
  { verb: "create", ...ref, body: MAP },
  { verb: "update", ...ref, name: "m", body: MAP },
  { verb: "patch", ...ref, name: "m", body: {}, contentType: "application/merge-patch+json" },
  { verb: "patch", ...ref, name: "m", subresource: "status", body: {} },
  { verb: "delete", ...ref, name: "m" },
];

/** Items are looked at where they are read. */
const HARMLESS: Readonly<Record<string, (request: KubeRequest) => boolean>> = {
  "a list with null in it": ({ verb }) => verb === "list",
  "a list with a nameless item": ({ verb }) => verb === "list",
  "a list with an item of another kind": ({ verb }) => verb === "list",
  "a list with an item without a version": ({ verb }) => verb === "list",
};

Deno.test("whatever is asked, JSON that does not answer it is an error that says what came, and never an object or a list", async () => {
  for (const [name, answer] of Object.entries(ODD)) {
    for (const request of REQUESTS) {
      if (HARMLESS[name]?.(request)) continue;
      const { transport } = scriptedTransport(...Array.from({ length: 5 }, () => JSON.stringify(answer)));
      const error = await assertRejects(() => send(transport, request), Error, undefined, `${name}, ${request.verb}`);
      assert(error instanceof UnexpectedAnswerError || error instanceof ApiError, `${name}: ${error}`);
      assert(error.message.startsWith(`Cannot ${request.verb} `), error.message);
      assert(!error.message.includes("bad gateway"), "what an answer holds is not shown");
    }
  }
});

Deno.test("no live list is empty and no live read finds nothing because of an invalid answer", async () => {
  for (const [name, answer] of Object.entries(ODD)) {
    const answers = Array.from({ length: 5 }, () => JSON.stringify(answer));
    const kube = () => liveReadApi({ transport: scriptedTransport(...answers).transport, owner: storedFoo() });
    await assertRejects(() => kube().list(ConfigMap), Error, undefined, name);
    await assertRejects(() => kube().get(ConfigMap, "m"), Error, undefined, name);
  }
});

Deno.test("a write with an invalid answer leaves doubt, and nothing counts as stored or gone", async () => {
  const changes = {
    create: create(ConfigMap, { metadata: { name: "m" } }),
    patch: patch(ConfigMap, { name: "m" }, { merge: {} }),
    remove: remove(ConfigMap, MAP),
  };
  for (const [name, answer] of Object.entries(ODD)) {
    for (const [verb, change] of Object.entries(changes)) {
      const writes: WriteResult[] = [];
      const performer = createPerformer({
        ...{ transport: scriptedTransport(JSON.stringify(answer)).transport, fieldManager: "t", owns: [] },
        ...{ owner: { kind: Foo, object: storedFoo() }, allowed: [{ kind: ConfigMap }] },
        ...{ signal: new AbortController().signal, onWrite: (write) => writes.push(write) },
      });
      await assertRejects(() => performer.perform(change), Error, undefined, `${name}, ${verb}`);
      assertEquals(writes.map(({ type }) => type), ["uncertain"], `${name}, ${verb}`);
    }
  }
});

Deno.test("no list of a watch is empty because of an invalid answer", async () => {
  for (const [name, answer] of Object.entries(ODD)) {
    const clock = new VirtualClock();
    const good = JSON.stringify(listOf(ConfigMap, [MAP]));
    let asked = 0;
    const client = {
      performRequest: ({ querystring }: { querystring?: URLSearchParams }) =>
        querystring?.has("watch")
          ? new Promise(() => {})
          : Promise.resolve(new TextEncoder().encode(asked++ === 0 ? JSON.stringify(answer) : good)),
    } as never;
    const informer = new Informer({ client, kind: ConfigMap, clock, random: noRandom, onError() {} });
    const stop = new AbortController();
    informer.start(stop.signal);
    await clock.settle();
    if (asked === 1) assertEquals(informer.cache.synced, false, name);
    await clock.advance(1_000);
    assertEquals([informer.cache.size, asked], [1, 2], name);
    stop.abort();
    await informer.finished;
  }
});

Deno.test("answers of real servers are understood", async () => {
  const virtual = kindOf({ group: "metrics.k8s.io", version: "v1beta1", kind: "PodMetrics", plural: "pods" });
  const review = kindOf({
    ...{ group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview" },
    ...{ plural: "selfsubjectaccessreviews", scope: "Cluster" as const },
  });
  const deployment = { kind: Deployment, namespace: "default", name: "m" } as const;
  const scale = { ...MAP, kind: "Scale", apiVersion: "autoscaling/v1" };
  const answers: readonly (readonly [KubeRequest, object])[] = [
    [{ verb: "list", ...ref }, listOf(ConfigMap, null)],
    [{ verb: "delete", ...ref, name: "m" }, status({ status: "Success", details: { name: "m", uid: "u" } })],
    [{ verb: "delete", ...ref, name: "m" }, MAP],
    [{ verb: "get", ...deployment, subresource: "scale" }, scale],
    [{ verb: "patch", ...deployment, subresource: "scale", body: {} }, scale],
    [{ verb: "create", ...ref, name: "m", subresource: "eviction" }, status({ status: "Success", code: 201 })],
    [{ verb: "create", ...ref, name: "m", subresource: "token" }, { ...MAP, kind: "TokenRequest" }],
    [{ verb: "get", kind: virtual, namespace: "default", name: "p" }, {
      ...{ kind: "PodMetrics", apiVersion: "metrics.k8s.io/v1beta1" },
      metadata: { name: "p", namespace: "default" },
    }],
    [{ verb: "list", kind: virtual }, { ...listOf(virtual), metadata: {} }],
    [{ verb: "create", kind: review, body: {} }, {
      ...{ kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1" },
      ...{ metadata: { creationTimestamp: null }, status: { allowed: true } },
    }],
    [{ verb: "list", kind: Foo }, { ...listOf(Foo), kind: "FooCollectionList" }],
  ];
  for (const [request, answer] of answers) {
    const { transport } = scriptedTransport(answer);
    assertEquals(await send(transport, request), JSON.parse(JSON.stringify(answer)));
  }
});

Deno.test("the scale of an object is not laid over the object itself", async () => {
  const writes: WriteResult[] = [];
  const scale = { ...MAP, kind: "Scale", apiVersion: "autoscaling/v1" };
  const performer = createPerformer({
    ...{ transport: scriptedTransport(scale).transport, fieldManager: "t", owns: [] },
    ...{ owner: { kind: Foo, object: storedFoo() }, allowed: [{ kind: Deployment, subresources: ["scale"] }] },
    ...{ signal: new AbortController().signal, onWrite: (write) => writes.push(write) },
  });
  await performer.perform(
    patch(Deployment, { name: "m" }, { merge: { spec: { replicas: 2 } } }, { subresource: "scale" }),
  );
  assertEquals(writes.map(({ type }) => type), ["uncertain"]);
});

Deno.test("a Status with nonsense in it is a refusal without a code, whose parts can be asked for", async () => {
  const nonsense = status({ status: "Failure", code: "404", reason: ["x"], details: { causes: "none", name: "m" } });
  const { transport } = scriptedTransport(JSON.stringify(nonsense));
  const error = await assertRejects(() => send(transport, REQUESTS[2]!), ApiError);
  assertEquals([error.code, error.reason, error.causes, error.details?.name], [0, "Unknown", [], "m"]);
});

Deno.test("over the wire: whatever code, media type and framing an odd answer comes with, it is never believed", async () => {
  const random = seededRandom(11);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
  let next = { code: 200, type: "", body: "", chunked: false };
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const { code, type, body, chunked } = next;
    const bytes = new TextEncoder().encode(body);
    const content = chunked ? ReadableStream.from([bytes.slice(0, 3), bytes.slice(3)]) : bytes;
    return new Response(content, { status: code, ...(type && { headers: { "content-type": type } }) });
  });
  using client = await connect({ server: `http://127.0.0.1:${server.addr.port}` });
  const clock = new VirtualClock();
  const transport = { client, clock, random: noRandom };
  const kube = liveReadApi({ transport, owner: storedFoo() });
  const bodies = [
    ...Object.values(ODD).map((value) => JSON.stringify(value)),
    ...["", "<html><title>502 Bad Gateway</title></html>", "no healthy upstream", '{"kind":"ConfigMapList","it'],
    JSON.stringify(failure(403, "Forbidden", "no")),
  ];
  for (let round = 0; round < 400; round++) {
    next = {
      code: pick([200, 201, 202, 400, 403, 404, 409, 429, 500, 502, 503, 504]),
      type: pick([
        "application/json",
        "application/json; charset=utf-8",
        "text/html",
        "text/plain",
        "application/problem+json",
        "",
      ]),
      body: pick(bodies),
      chunked: random.next() < 0.5,
    };
    const what = JSON.stringify(next);
    const outcomes = await settledIn(clock, [
      kube.list(ConfigMap),
      kube.get(ConfigMap, "m"),
      send(transport, { verb: "patch", ...ref, name: "m", body: {} }),
    ]);
    for (const [index, outcome] of outcomes.entries()) {
      // A server that says 404 in the way of Kubernetes, of an object, is the only one that is believed.
      assertEquals(outcome.status, "rejected", `${what} ${index}`);
      assertInstanceOf((outcome as PromiseRejectedResult).reason, Error);
    }
  }
});

/** Lets the waits between attempts pass. */
async function settledIn(clock: VirtualClock, promises: readonly Promise<unknown>[]) {
  let done = false;
  const all = Promise.allSettled(promises).finally(() => done = true);
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve));
    await clock.advance(1_000);
  }
  return await all;
}
