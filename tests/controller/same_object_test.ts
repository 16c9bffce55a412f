/** Objects that are deleted and recreated at random between a Run's read and its write. */

import { assert, assertEquals } from "@std/assert";
import { apply, type Change, create, defineSteps, type DraftMeta, patch, perform, remove, replace } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { type InterceptedRequest, seededRandom } from "../../lib/testing/mod.ts";
import { broken, isWrite, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;

// deno-lint-ignore no-explicit-any -- steps that write in any way have no type in common
type Any = any;

/** What a write of a Foo puts into it: the UID of the object that it was decided on. */
const markOf = (name: string, object: Foo) => ({ [name]: object.metadata.uid });
const isMarked = (name: string, { metadata: { annotations, uid } }: Foo) => annotations?.[name] === uid;
const annotated = (name: string, object: Foo) => ({
  annotations: { ...object.metadata.annotations, ...markOf(name, object) },
});
const placeOf = ({ metadata: { name, namespace } }: Foo) => ({ name, namespace: namespace! });

/** Every way to write the Run's own object, each a step of its own. */
const WAYS: Readonly<Record<string, (object: Foo) => Change<Any, Any>>> = {
  merge: (object) => patch(Foo, object, { merge: { metadata: { annotations: markOf("merge", object) } } }),
  place: (object) => patch(Foo, placeOf(object), { merge: { metadata: { annotations: markOf("place", object) } } }),
  json: (object) =>
    patch(Foo, object, {
      json: [{ op: "add", path: "/metadata/annotations", value: annotated("json", object).annotations }],
    }),
  replace: (object) => replace(Foo, { ...object, metadata: { ...object.metadata, ...annotated("replace", object) } }),
  apply: (object) =>
    apply(Foo, { spec: {}, metadata: { ...placeOf(object), annotations: markOf("apply", object) } as DraftMeta }),
  extra: (object) =>
    perform("order", () => {}).alsoTry(
      patch(Foo, object, { merge: { metadata: { annotations: markOf("extra", object) } } }) as Any,
    ),
};

function plan() {
  let steps: Any = defineSteps(Foo);
  for (const [name, way] of Object.entries(WAYS)) {
    steps = steps.change(name, ({ object }: { object: Foo }) => isMarked(name, object) ? undefined : way(object));
  }
  return steps
    .observe("find", ({ kube, object }: Any) => kube.get(ConfigMap, object.metadata.name))
    .change(
      "part",
      ({ object }: { object: Foo }, found?: ConfigMap) =>
        found
          ? found.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid)
            ? found
            : remove(ConfigMap, found)
          : create(ConfigMap, { metadata: { name: object.metadata.name } })
            .withStatus({ phase: object.metadata.uid } as Any),
    )
    .change(
      "report",
      ({ object, setStatus }: Any) =>
        object.status?.phase === object.metadata.uid && object.status.observed === object.spec.size
          ? undefined
          : setStatus({ phase: object.metadata.uid, observed: object.spec.size }),
    );
}

/** One history: writes that come late, get lost, and find another object in the place of the one that was read. */
async function history(seed: number): Promise<{ wrong: string[]; replaced: number; outcomes: string[] }> {
  const random = seededRandom(seed);
  const chance = (part: number) => random.next() < part;
  const wrong: string[] = [];
  let replaced = 0;
  let quiet = false;
  await using harness = await Harness.start({ seed });
  const { cluster } = harness;
  const user = cluster.client("a user");
  const path = (name = "") => `/apis/example.dev/v1/namespaces/default/foos${name && `/${name}`}`;
  const late: InterceptedRequest[] = [];
  /** Looks at what a write has left. */
  const check = async (name: string) => {
    const bytes = await user.performRequest({ method: "GET", path: path(name) }).catch(() => undefined);
    if (!bytes) return;
    const { metadata: { uid, annotations = {} }, status }: Foo = JSON.parse(new TextDecoder().decode(bytes));
    for (const [way, mark] of Object.entries(annotations)) if (mark !== uid) wrong.push(`${way} of ${mark} on ${uid}`);
    if (status?.phase && status.phase !== uid) wrong.push(`status of ${status.phase} on ${uid}`);
  };
  const make = (name: string) =>
    user.performRequest({
      method: "POST",
      path: path(),
      bodyJson: {
        ...{ apiVersion: "example.dev/v1", kind: "Foo", metadata: { name } },
        spec: { size: 1 + Math.floor(random.next() * 9) },
      },
    }).catch(() => {});
  const drop = (name: string) =>
    user.performRequest({
      method: "PATCH",
      path: path(name),
      contentType: "application/merge-patch+json",
      bodyJson: { metadata: { finalizers: null } },
    })
      .then(() => user.performRequest({ method: "DELETE", path: path(name) })).catch(() => {});
  const deliver = async ({ verb, name, subresource, body, query }: InterceptedRequest) => {
    const of = `${path(name)}${subresource ? `/${subresource}` : ""}`;
    const contentType = verb === "update"
      ? "application/json"
      : body!.startsWith("[")
      ? "application/json-patch+json"
      : query.has("force")
      ? "application/apply-patch+yaml"
      : "application/merge-patch+json";
    const bodyRaw = new TextEncoder().encode(body);
    const method = verb === "update" ? "PUT" : "PATCH";
    await cluster.client("the network").performRequest({ method, path: of, querystring: query, contentType, bodyRaw })
      .catch(() => {});
  };
  cluster.intercept({
    before: async (request) => {
      if (quiet || request.user !== "operator" || !isWrite(request)) return;
      const { resource, name, verb } = request;
      if (resource === "foos" && chance(0.25)) {
        replaced++;
        await drop(name!);
        if (chance(0.8)) await make(name!);
      }
      if (resource === "foos" && verb !== "delete" && chance(0.1)) {
        late.push(request);
        throw broken();
      }
      if (chance(0.05)) throw refusal(500, "InternalError", "no leader");
    },
    after: async (request, code) => {
      if (request.user === "a user" || !isWrite(request)) return;
      if (code < 300 && request.resource === "foos") await check(request.name!);
      if (!quiet && request.user === "operator" && chance(0.05)) throw broken();
    },
  });
  const finalized = chance(0.3);
  await harness.serve({
    ...{ resource: Foo, owns: [ConfigMap], writes: [Foo], steps: plan() },
    ...(finalized && { cleanup: defineSteps(Foo) }),
  });
  for (let round = 0; round < 15; round++) {
    const name = chance(0.5) ? "a" : "b";
    await harness.settled(Promise.resolve(make(name)));
    if (chance(0.3)) {
      await harness.merge(Foo, name, { spec: { size: Math.floor(random.next() * 9) } }).catch(() => {});
    }
    await harness.clock.advance(Math.floor(random.next() * 20_000));
    if (late.length > 0 && chance(0.4)) await deliver(late.shift()!);
  }
  quiet = true;
  for (const request of late) await deliver(request);
  await harness.clock.advance(5 * MINUTE);
  for (const foo of await harness.list(Foo)) {
    const { uid, name } = foo.metadata;
    assertEquals(foo.status, { phase: uid, observed: foo.spec.size! }, `seed ${seed}: ${name}`);
  }
  return { wrong, replaced, outcomes: harness.outcomes() };
}

Deno.test("whatever happens between a Run's read and its write, nothing of one object is done to another", async () => {
  let replaced = 0;
  const refused = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const told = await history(seed);
    assertEquals(told.wrong, [], `seed ${seed}`);
    replaced += told.replaced;
    for (const outcome of told.outcomes) {
      const step = /Failed: Step "(.*?)" failed: .*(not the object|not what it was|not found|has been modified)/.exec(
        outcome,
      );
      if (step) refused.add(step[1]!);
    }
  }
  assert(replaced > 300, `${replaced} objects were replaced`);
  for (const step of [...Object.keys(WAYS), "report"]) {
    if (step !== "extra") assert(refused.has(step), `no ${step} has met another object`);
  }
});
