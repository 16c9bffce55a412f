import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ApiError, ConnectionError, type CrdManifest, defineResource, installCrd } from "../../lib/kube/mod.ts";
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

async function install(answers: Answer[], resource: typeof Foo = Foo) {
  const { client, seen } = scriptedClient(answers);
  const clock = new HastyClock();
  const result = await installCrd(client, resource, { clock, random: noRandom, timeout: "2s" });
  return { result, seen, clock };
}

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

Deno.test("a CRD that is as wanted is left alone, whatever the API server has filled in", async () => {
  const { result, seen } = await install([live(Foo.crd), live(Foo.crd)]);
  assertEquals([result, seen.map(({ call }) => call)], ["unchanged", [`GET ${ONE}`, `GET ${ONE}`]]);
});

Deno.test("a CRD that differs is updated, and keeps what is not of the definition", async () => {
  const before = defineResource({ ...definition, spec: z.object({ n: z.int().default(1), old: z.string() }) });
  const { result, seen } = await install([live(before.crd), live(Foo.crd), live(Foo.crd)]);
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
      [live(Foo.crd), live(Foo.crd), live(resource.crd)],
      resource as unknown as typeof Foo,
    );
    const back = await install([live(resource.crd), live(Foo.crd), live(Foo.crd)]);
    assertEquals([result, back.result], ["updated", "updated"], JSON.stringify(other));
  }
});

Deno.test("versions that are no longer served are kept, as objects may be stored in them", async () => {
  const old = { ...Foo.crd.spec.versions[0]!, name: "v1alpha1", served: false, storage: true };
  const { result, seen } = await install([live(Foo.crd, SERVED, { versions: [old] }), live(Foo.crd), live(Foo.crd)]);
  const { versions } = (seen[1]!.body as CrdManifest).spec;
  assertEquals(result, "updated");
  assertEquals(versions.map(({ name, storage }) => [name, storage]), [["v1", true], ["v1alpha1", false]]);
});

Deno.test("versions that are still served are not taken away", async () => {
  const old = { ...Foo.crd.spec.versions[0]!, name: "v1alpha1" };
  await assertRejects(
    () => install([live(Foo.crd, SERVED, { versions: [old] })]),
    TerminalError,
    "serves versions that the definition does not have, and whoever uses them would lose them: current value is v1alpha1",
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
