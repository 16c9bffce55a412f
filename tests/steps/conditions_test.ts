import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Condition,
  type ConditionInput,
  conditionsSchema,
  defineResource,
  findCondition,
  removeCondition,
  runSteps,
  setCondition,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { defineSteps, installCrd } from "../../mod.ts";
import { ResourceDefinitionError } from "../../lib/doors/errors.ts";
import { deepFreeze } from "../../lib/model/mod.ts";
import { z } from "zod";
import { EmbeddedCluster, RequestLog } from "../../lib/testing/mod.ts";

const FIRST = new Date("2024-01-01T10:00:00.123Z");
const LATER = new Date("2024-01-01T11:00:00.456Z");

const waiting: ConditionInput = { type: "Ready", status: "False", reason: "Waiting", message: "for the pods" };
const set = (
  conditions: readonly Condition[] | undefined,
  more: Partial<ConditionInput> = {},
  now = LATER,
): Condition[] => setCondition(conditions, { ...waiting, ...more }, { now });

/** Frozen, as what a step reads. */
const present: Condition[] = deepFreeze(set(
  [
    { type: "Synced", status: "True", reason: "Written", message: "", lastTransitionTime: "2024-01-01T09:00:00Z" },
  ],
  { observedGeneration: 3 },
  FIRST,
));

Deno.test("a new condition comes last, with the time to the second", () => {
  assertEquals(present.map(({ type }) => type), ["Synced", "Ready"]);
  assertEquals(present[1], {
    type: "Ready",
    status: "False",
    observedGeneration: 3,
    lastTransitionTime: "2024-01-01T10:00:00Z",
    reason: "Waiting",
    message: "for the pods",
  });
});

Deno.test("the first condition makes a new array", () => {
  assertEquals(set(undefined).length, 1);
  assertEquals(set([])[0]?.message, "for the pods");
  assertEquals(setCondition([], { type: "Ready", status: "True", reason: "Done" }, { now: FIRST })[0]?.message, "");
});

Deno.test("the same array comes back when nothing is new", () => {
  assertStrictEquals(set(present, { observedGeneration: 3 }), present);
});

Deno.test("lastTransitionTime changes only with the status", () => {
  const timeAfter = (more: Partial<ConditionInput>) =>
    findCondition(set(present, { observedGeneration: 3, ...more }), "Ready")?.lastTransitionTime;
  assertEquals(timeAfter({ reason: "Crashing" }), "2024-01-01T10:00:00Z");
  assertEquals(timeAfter({ message: "for the second pod" }), "2024-01-01T10:00:00Z");
  assertEquals(timeAfter({ observedGeneration: 4 }), "2024-01-01T10:00:00Z");
  assertEquals(timeAfter({ status: "Unknown" }), "2024-01-01T11:00:00Z");
});

Deno.test("each of reason, message and generation is a change, and what is given is what is said", () => {
  for (const more of [{ reason: "Crashing" }, { message: "" }, { observedGeneration: 4 }]) {
    const [, ready] = set(present, { observedGeneration: 3, ...more });
    assertEquals(ready, { ...present[1]!, ...more });
  }
  assertEquals("observedGeneration" in set(present)[1]!, false);
});

Deno.test("a condition keeps its place, and the others are left as they are", () => {
  const after = setCondition(present, { type: "Synced", status: "False", reason: "Behind" }, { now: LATER });
  assertEquals(after.map(({ type, status }) => `${type} ${status}`), ["Synced False", "Ready False"]);
  assertStrictEquals(after[1], present[1]);
  assertEquals(present[0]?.status, "True");
});

Deno.test("one is removed, and the same array comes back when there is none", () => {
  assertEquals(removeCondition(present, "Synced").map(({ type }) => type), ["Ready"]);
  assertStrictEquals(removeCondition(present, "Other"), present);
  assertEquals(removeCondition(undefined, "Other"), []);
});

Deno.test("what Kubernetes would refuse is refused, with the reason", () => {
  const refused: readonly [Partial<Record<keyof ConditionInput, unknown>>, string][] = [
    [{ type: "" }, 'Cannot set condition "" as type must be one word in CamelCase'],
    [
      { type: "is ready" },
      'type must be one word in CamelCase, such as Ready or example.dev/Ready: current value is "is',
    ],
    [{ type: `a/${"b".repeat(315)}` }, "type must be at most 316 characters, not 317"],
    [{ status: true }, 'status must be "True", "False" or "Unknown": current value is true'],
    [{ reason: "" }, 'Cannot set condition "Ready" as reason must be one word in CamelCase, such as PodsNotReady'],
    [{ reason: "not ready" }, 'current value is "not ready"'],
    [{ reason: "x".repeat(1_025) }, "reason must be at most 1024 characters, not 1025"],
    [{ reason: undefined }, "reason must be a text: current value is undefined"],
    [{ message: "x".repeat(32_769) }, "message must be at most 32768 characters, not 32769"],
    [{ observedGeneration: 1.5 }, "observedGeneration must be a whole number from 0: current value is 1.5"],
  ];
  for (const [more, message] of refused) {
    assertThrows(() => set(present, more as Partial<ConditionInput>), TypeError, message);
  }
});

Deno.test("a time that the API server would not take is refused", () => {
  const condition = { type: "Ready", status: "True", reason: "Working" } as const;
  for (const now of [new Date(NaN), new Date(8.64e15), new Date(-1), 5, undefined] as Date[]) {
    const message = 'Cannot set condition "Ready" as now must be a Date from 1970 to 9999: current value is ';
    assertThrows(() => setCondition([], condition, { now }), TypeError, message);
  }
});

Deno.test("types with a domain, and reasons with what Kubernetes allows in them, are taken", () => {
  assertEquals(set([], { type: "example.dev/Ready", reason: "A_b:c,d1" }).length, 1);
});

Deno.test("a step that sets a condition which is there already writes nothing", async () => {
  const Foo = defineResource({
    group: "example.dev",
    version: "v1",
    kind: "Foo",
    scope: "Namespaced",
    spec: jsonSchema<object>({ type: "object" }),
    status: jsonSchema<{ conditions?: Condition[] }>({ type: "object", properties: { conditions: conditionsSchema } }),
  });
  const steps = defineSteps(Foo).change("report", ({ object, runStart, setStatus }) =>
    setStatus({
      conditions: setCondition(object.status?.conditions, {
        type: "Ready",
        status: "True",
        reason: "Fine",
        observedGeneration: object.metadata.generation,
      }, { now: runStart }),
    }));
  using cluster = new EmbeddedCluster();
  await installCrd(cluster, Foo);
  const collection = "/apis/example.dev/v1/namespaces/default/foos";
  const body = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "a" }, spec: {} };
  await cluster.performRequest({ method: "POST", path: collection, bodyJson: body });
  const run = async () => {
    const object = await cluster.performRequest({ method: "GET", path: `${collection}/a`, expectJson: true });
    return await runSteps({ steps, object: object as never, client: cluster.client("operator") });
  };
  const requests = new RequestLog();
  cluster.onRequest(requests.listener);
  const written = () => requests.records.filter(({ user }) => user === "operator").length;
  assertEquals([(await run()).outcome, written()], ["Modified", 1]);
  assertEquals([(await run()).outcome, written()], ["NoOp", 1]);
});

Deno.test("inside a schema of zod, conditionsSchema says how it is meant; as metadata it is taken", () => {
  const define = (conditions: z.ZodType) =>
    defineResource({
      ...{ group: "example.dev", version: "v1", kind: "Foo", scope: "Namespaced" } as const,
      spec: z.object({}),
      status: z.object({ conditions }),
    });
  assertThrows(
    () => define(conditionsSchema as never).crd,
    ResourceDefinitionError,
    "Cannot define Foo as status has a schema that contains something that is not a schema of its library: conditionsSchema is plain " +
      "JSON Schema and no schema of zod: write z.any().meta(conditionsSchema) in its place",
  );
  const { schema } = define(z.any().meta(conditionsSchema)).crd.spec.versions[0]!;
  assertEquals(schema.openAPIV3Schema.properties?.["status"]?.properties?.["conditions"], conditionsSchema as never);
});

Deno.test("any other thing inside a schema of zod that is none is told as that", () => {
  const status = z.object({ conditions: { type: "array" } as never });
  assertThrows(
    () => defineResource({ group: "example.dev", version: "v1", kind: "Foo", scope: "Namespaced", spec: status }).crd,
    ResourceDefinitionError,
    "Cannot define Foo as spec has a schema that contains something that is not a schema of its library",
  );
});
