import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ApiError,
  ConnectionError,
  type CrdManifest,
  defineResource,
  installCrd,
  type JsonSchema,
  jsonSchema,
  UnexpectedAnswerError,
} from "../../lib/kube/mod.ts";
import { TerminalError } from "../../lib/steps/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { type Answer, failure, HastyClock, noRandom, scriptedClient } from "./fakes.ts";

const definition = {
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ n: z.int().default(1) }),
  status: z.object({}),
} as const;
const Foo = defineResource(definition);
const ALL = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const ONE = `${ALL}/foos.example.dev`;
const MISSING = failure(404, "NotFound", "", { name: "foos.example.dev" });
const SERVED = [{ type: "NamesAccepted", status: "True" }, { type: "Established", status: "True" }];

/** The CRD as the API server has it: with what it fills in. */
function live(crd: CrdManifest, conditions: object[] = SERVED, spec: object = {}): object {
  return {
    ...crd,
    metadata: { ...crd.metadata, uid: "u", resourceVersion: "7", generation: 1 },
    spec: { ...crd.spec, conversion: { strategy: "None" }, ...spec },
    status: { conditions, storedVersions: ["v1"] },
  };
}

/** The CRD as the API server answers an update: in a new version. */
function updated(crd: CrdManifest): object {
  const one = live(crd) as { metadata: object };
  return { ...one, metadata: { ...one.metadata, resourceVersion: "8" } };
}

async function install(answers: Answer[], resource: typeof Foo = Foo) {
  const { client, seen } = scriptedClient(answers);
  const clock = new HastyClock();
  const result = await installCrd(client, resource, { clock, random: noRandom, timeout: "2s" });
  return { result, seen, clock };
}

Deno.test("a kind without a definition is refused, and nothing is asked", async () => {
  const { client, seen } = scriptedClient([]);
  const kind = { ...Foo, crd: undefined } as unknown as typeof Foo;
  await assertRejects(
    () => installCrd(client, kind),
    TypeError,
    "as it has no definition: give one made by defineResource",
  );
  assertEquals(seen, []);
});

Deno.test("a CRD that is missing is created, and waited for", async () => {
  const { result, seen, clock } = await install([MISSING, live(Foo.crd, []), live(Foo.crd, []), live(Foo.crd)]);
  assertEquals(result, "created");
  assertEquals(seen.map(({ call }) => call), [
    `GET ${ONE}`,
    `POST ${ALL}?fieldManager=staircase`,
    `GET ${ONE}`,
    `GET ${ONE}`,
  ]);
  assertEquals([seen[1]!.body, clock.waits], [Foo.crd, [50]]);
});

Deno.test("a CRD that matches is left alone, whatever the API server has filled in", async () => {
  const { result, seen } = await install([live(Foo.crd), live(Foo.crd)]);
  assertEquals([result, seen.map(({ call }) => call)], ["unchanged", [`GET ${ONE}`, `GET ${ONE}`]]);
});

Deno.test("a CRD that differs is updated, and keeps what the definition does not have", async () => {
  const before = defineResource({ ...definition, spec: z.object({ n: z.int().default(1), old: z.string() }) });
  const { result, seen } = await install([live(before.crd), updated(Foo.crd), live(Foo.crd)]);
  assertEquals([result, seen[1]!.call], ["updated", `PUT ${ONE}?fieldManager=staircase`]);
  const body = seen[1]!.body as { metadata: { resourceVersion: string }; spec: CrdManifest["spec"] };
  assertEquals(body.metadata.resourceVersion, "7");
  assertEquals(body.spec, { ...Foo.crd.spec, conversion: { strategy: "None" } } as CrdManifest["spec"]);
});

Deno.test("each thing of the definition counts as a difference", async () => {
  const others = [
    { shortNames: ["fo"] },
    { singular: "one" },
    { printerColumns: [{ name: "N", type: "integer", jsonPath: ".spec.n" }] },
    { scale: { specReplicasPath: ".spec.n", statusReplicasPath: ".status.n" } },
    { spec: z.object({ n: z.int().default(2) }) },
  ] as const;
  for (const other of others) {
    const resource = defineResource({ ...definition, ...other });
    const { result } = await install(
      [live(Foo.crd), updated(resource.crd), live(resource.crd)],
      resource as unknown as typeof Foo,
    );
    const back = await install([live(resource.crd), updated(Foo.crd), live(Foo.crd)]);
    assertEquals([result, back.result], ["updated", "updated"], JSON.stringify(other));
  }
});

Deno.test("versions that are no longer served are kept, as objects may be stored in them", async () => {
  const old = { ...Foo.crd.spec.versions[0]!, name: "v1alpha1", served: false, storage: true };
  const { result, seen } = await install([live(Foo.crd, SERVED, { versions: [old] }), updated(Foo.crd), live(Foo.crd)]);
  const { versions } = (seen[1]!.body as CrdManifest).spec;
  assertEquals(result, "updated");
  assertEquals(versions.map(({ name, storage }) => [name, storage]), [["v1", true], ["v1alpha1", false]]);
});

Deno.test("versions that are still served are not taken away", async () => {
  const old = { ...Foo.crd.spec.versions[0]!, name: "v1alpha1" };
  await assertRejects(
    () => install([live(Foo.crd, SERVED, { versions: [old] })]),
    TerminalError,
    "serves versions that the definition does not have, and their users would lose them: current value is v1alpha1",
  );
});

Deno.test("the scope of a kind cannot change", async () => {
  await assertRejects(
    () => install([live(Foo.crd, SERVED, { scope: "Cluster" })]),
    TerminalError,
    'current value is "Cluster"',
  );
});

Deno.test("a CRD that is not served in time fails with the API server's reasons", async () => {
  const taken = [
    { type: "NamesAccepted", status: "False", message: '"foos" is already in use' },
    { type: "Established", status: "False", message: "not all names are accepted" },
  ];
  await assertRejects(
    () => install([live(Foo.crd, taken), ...Array.from({ length: 9 }, () => live(Foo.crd, taken))]),
    Error,
    "Cannot install foos.example.dev as the API server does not serve Foo of example.dev/v1 after 2s: " +
      'NamesAccepted is False: "foos" is already in use; Established is False: not all names are accepted',
  );
});

Deno.test("when somebody else writes the CRD at the same time, it is looked at again", async () => {
  const exists = failure(409, "AlreadyExists", "", { name: "foos.example.dev" });
  const { result } = await install([MISSING, exists, live(Foo.crd), live(Foo.crd)]);
  assertEquals(result, "unchanged");
});

Deno.test("however many write the CRD at the same time, it is tried until the time is over", async () => {
  const old = live(defineResource({ ...definition, shortNames: ["fo"] }).crd);
  const conflict = failure(409, "Conflict", "", { name: "foos.example.dev" });
  const lost = Array.from({ length: 6 }, () => [old, conflict]).flat();
  const { result, clock } = await install([...lost, old, updated(Foo.crd), live(Foo.crd)]);
  assertEquals([result, clock.waits], ["updated", [25, 50, 100, 200, 400, 500]]);
  await assertRejects(() => install(Array.from({ length: 99 }, () => [old, conflict]).flat()), ApiError, "Conflict");
});

Deno.test("an API server that has answered once and goes away is waited for; one that has never answered is not", async () => {
  const broken = failure(500, "InternalError");
  const { result } = await install([MISSING, broken, ...Array(9).fill(broken), live(Foo.crd), live(Foo.crd)]);
  assertEquals(result, "unchanged");
  await assertRejects(() => install(Array(5).fill(broken)), ApiError, "InternalError");
});

/** The CRD while it is being deleted. */
function going(crd: CrdManifest, message = "CustomResource deletion is in progress"): object {
  const one = live(crd, [...SERVED, { type: "Terminating", status: "True", message }] as object[]) as {
    metadata: object;
  };
  return { ...one, metadata: { ...one.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
}

Deno.test("a CRD that is being deleted is waited out, and created", async () => {
  const { result, seen, clock } = await install([
    going(Foo.crd),
    going(Foo.crd),
    MISSING,
    live(Foo.crd),
    live(Foo.crd),
  ]);
  assertEquals([result, clock.waits], ["created", [50, 100]]);
  assertEquals(seen.map(({ call }) => call.split(" ")[0]), ["GET", "GET", "GET", "POST", "GET"]);
});

Deno.test("a CRD that is being deleted and does not go is an error that says why, and nothing is written into it", async () => {
  const error = await assertRejects(() => install(Array.from({ length: 9 }, () => going(Foo.crd))), Error);
  assertEquals(
    error.message,
    "Cannot install foos.example.dev as the existing one is being deleted and has not gone after 2s, most often because " +
      "of a finalizer on one of its objects: Terminating is True: CustomResource deletion is in progress",
  );
});

Deno.test("a CRD that is deleted while it is waited for is created again, and not for ever", async () => {
  const lost = await install([live(Foo.crd), going(Foo.crd), going(Foo.crd), MISSING, live(Foo.crd), live(Foo.crd)]);
  assertEquals(lost.result, "created");
  const again = Array.from({ length: 9 }, () => [MISSING, live(Foo.crd), MISSING]).flat();
  await assertRejects(() => install(again), Error, "as somebody keeps deleting it");
});

const Odd = defineResource(
  {
    ...definition,
    spec: jsonSchema<object>({
      ...{ type: "object", description: "", title: "" },
      properties: {
        constructor: { type: "string", description: "", pattern: "", enum: [] as string[] },
        least: { type: "integer", minimum: 0, nullable: false, exclusiveMinimum: false },
        list: { type: "array", items: { type: "object", properties: {}, required: [], description: "" } },
        any: { anyOf: [{ type: "string", pattern: "" }, { type: "string", enum: ["a"] }] },
      },
    } as JsonSchema),
    printerColumns: [{ name: "A", type: "string", jsonPath: ".spec.a", priority: 0, description: "", format: "" }],
  } as unknown as typeof definition,
);

/** As Go stores it: without what says nothing, where it says nothing. */
function stored(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => stored(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name, inner]) =>
    key === "properties" || name === "minimum" || inner !== "" && inner !== false && inner !== 0 &&
      !(Array.isArray(inner) && inner.length === 0) && !(name === "properties" && Object.keys(inner).length === 0)
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, stored(inner, name)]));
}

Deno.test("an empty value that the API server does not store is no difference, and one that it does store is one", async () => {
  const spec = stored(Odd.crd.spec) as object;
  const same = await install([live(Odd.crd, SERVED, spec), live(Odd.crd)], Odd as unknown as typeof Foo);
  assertEquals([same.result, same.seen.length], ["unchanged", 2]);
  const without = JSON.parse(JSON.stringify(spec).replace('"minimum":0', '"x-kubernetes-none":0'));
  const other = await install(
    [live(Odd.crd, SERVED, without), updated(Odd.crd), live(Odd.crd)],
    Odd as unknown as typeof Foo,
  );
  assertEquals(other.result, "updated");
});

Deno.test("what the API server makes of a definition is noted when an update changes nothing: no other start writes it", async () => {
  // It drops what no table here knows of.
  const spec = JSON.parse(JSON.stringify(Foo.crd.spec).replace('"default":1', '"x-kubernetes-new":1'));
  const there = live(Foo.crd, SERVED, spec) as { metadata: { generation: number; annotations?: object } };
  const first = await install([there, there, there, live(Foo.crd)]);
  assertEquals([first.result, first.seen.map(({ call }) => call.split(" ")[0])], ["unchanged", [
    "GET",
    "PUT",
    "PUT",
    "GET",
  ]]);
  const noted = first.seen[2]!.body as typeof there;
  const second = await install([noted, live(Foo.crd)]);
  assertEquals([second.result, second.seen.length], ["unchanged", 2]);
  // Somebody changes it: the generation counts that.
  const changed = { ...noted, metadata: { ...noted.metadata, generation: 2 } };
  const third = await install([changed, live(Foo.crd), live(Foo.crd)]);
  assertEquals(third.seen.map(({ call }) => call.split(" ")[0]), ["GET", "PUT", "GET"]);
});

Deno.test("a refusal is passed on", async () => {
  const error = await assertRejects(() => install([failure(403, "Forbidden", "not you")]), ApiError);
  assertEquals(
    error.message,
    "Cannot get CustomResourceDefinition foos.example.dev as the API server answered 403 Forbidden: not you",
  );
});

Deno.test("an API server that accepts the request and never answers is given up", async () => {
  const clock = new VirtualClock();
  const client = { performRequest: () => new Promise(() => {}) } as never;
  const installing = assertRejects(
    () => installCrd(client, Foo, { clock, random: noRandom }),
    ConnectionError,
    "Cannot get CustomResourceDefinition foos.example.dev as the API server did not answer within 1.1m",
  );
  await clock.advance(65_000);
  await installing;
});

Deno.test("an object that is only a CRD by its name is an error that says what is missing, and nothing is written", async () => {
  const odd: Readonly<Record<string, object>> = {
    "it has no spec": { spec: null },
    "it has no names": { spec: { ...Foo.crd.spec, names: [] } },
    "it has no versions": { spec: { ...Foo.crd.spec, versions: {} } },
    "its columns are not a list": {
      spec: { ...Foo.crd.spec, versions: [{ ...Foo.crd.spec.versions[0], additionalPrinterColumns: {} }] },
    },
    "its status is not an object": { status: [] },
    "its conditions are not a list": { status: { conditions: [null] } },
  };
  for (const [problem, fields] of Object.entries(odd)) {
    const error = await assertRejects(() => install([{ ...live(Foo.crd), ...fields }]), UnexpectedAnswerError);
    assertEquals([error.operation, error.problem], ["get CustomResourceDefinition foos.example.dev", problem]);
  }
});

Deno.test("a version without a schema, as of an old definition, is brought up to date", async () => {
  const old = live(Foo.crd, SERVED, {
    versions: [{ name: "v1", served: true, storage: true, additionalPrinterColumns: null }],
  });
  const { result } = await install([old, updated(Foo.crd), live(Foo.crd)]);
  assertEquals(result, "updated");
});
