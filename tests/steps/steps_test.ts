import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  changeStep,
  create,
  defineSteps,
  kindOf,
  observeStep,
  patch,
  perform,
  remove,
  stop,
  type StopOptions,
} from "../../mod.ts";
import { StepDefinitionError } from "../../lib/doors/errors.ts";
import { Stop } from "../../lib/steps/mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";

const Foo = kindOf({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const change = create(Secret, { metadata: { name: "x", namespace: "default" }, stringData: { pass: "hidden" } });

Deno.test("a plan is immutable: adding a step gives another plan", () => {
  const first = defineSteps(Foo).observe("a", () => 1);
  const second = first.change("b", () => undefined).join("c", { d: () => 1 });
  assertEquals([first.names, second.names], [["a"], ["a", "b", "c"]]);
  assertThrows(() => (first.definitions as unknown[]).push({}), TypeError);
});

Deno.test("a plan has no method called then, so that it can be returned from an async function", async () => {
  const plan = defineSteps(Foo);
  assertStrictEquals(await Promise.resolve(plan), plan);
});

Deno.test("a name that is taken is refused, and the error names the step and the kind", () => {
  const plan = defineSteps(Foo).observe("look", () => 1);
  const expected = 'Cannot define step "look" for Foo as its name is taken';
  assertThrows(() => plan.change("look", () => 1), StepDefinitionError, expected);
  assertThrows(() => plan.join("look", { a: () => 1 }), StepDefinitionError, expected);
  assertThrows(() => plan.step(observeStep(Foo, "look", () => 1)), StepDefinitionError, expected);
});

Deno.test("a blank name is refused", () => {
  assertThrows(() => defineSteps(Foo).observe(" ", () => 1), StepDefinitionError, "its name must be a text");
  assertThrows(() => changeStep(Foo, "", () => change), StepDefinitionError, "its name must be a text");
});

Deno.test("a step that is not a function is refused, and the error names the step", () => {
  // deno-lint-ignore no-explicit-any -- what a user without type checks could pass
  const nothing = undefined as any;
  assertThrows(
    () => defineSteps(Foo).observe("look", nothing),
    StepDefinitionError,
    'step "look" as it must be a function',
  );
  assertThrows(() => defineSteps(Foo).join("all", { one: nothing }), StepDefinitionError, 'step "all/one"');
  assertThrows(() => defineSteps(Foo).step(nothing), StepDefinitionError, "observeStep or changeStep");
  assertThrows(() => defineSteps(nothing), StepDefinitionError, "they need a kind");
});

Deno.test("a join without branches is refused", () => {
  assertThrows(
    () => defineSteps(Foo).join("none", {}),
    StepDefinitionError,
    'step "none" as a join must have a branch',
  );
});

Deno.test("a change says what it does, and never shows the data", () => {
  const stored = { apiVersion: "v1", kind: "ConfigMap", metadata: meta("settings"), data: { a: "hidden" } };
  assertEquals(String(change), "create Secret default/x");
  assertEquals(
    String(create(ConfigMap, { metadata: { generateName: "x-" } })),
    "create ConfigMap (name to be generated)",
  );
  assertEquals(String(patch(ConfigMap, stored, { merge: { data: null } })), "patch ConfigMap default/settings");
  assertEquals(
    String(patch(ConfigMap, stored, { json: [] }, { subresource: "status" })),
    "patch status of ConfigMap default/settings",
  );
  assertEquals(String(remove(ConfigMap, stored)), "remove ConfigMap default/settings");
  assertEquals(String(perform("order", () => 1)), "perform order");
});

Deno.test("a removal has the UID and version of the object that the step has read", () => {
  const { operation } = remove(ConfigMap, { apiVersion: "v1", kind: "ConfigMap", metadata: meta("settings") });
  assertEquals(operation, {
    verb: "remove",
    kind: ConfigMap,
    target: { name: "settings", namespace: "default" },
    preconditions: { uid: "u-1", resourceVersion: "7" },
    propagation: "Background",
  });
});

Deno.test("withStatus and alsoTry leave the change itself as it was", () => {
  const also = change.alsoTry(perform("tell", () => 1)).withStatus({ phase: "x" });
  assertEquals([change.bestEffort.length, change.status], [0, undefined]);
  assertEquals([also.bestEffort.map(String), also.status?.(undefined)], [["perform tell"], { phase: "x" }]);
});

Deno.test("a change with best-effort changes of its own cannot be one", () => {
  // deno-lint-ignore no-explicit-any -- the types refuse it, too
  const withStatus = change.withStatus({}) as any;
  assertThrows(() => change.alsoTry(withStatus), StepDefinitionError, "of its own: add these");
});

Deno.test("a patch has exactly one body", () => {
  const target = { name: "x", namespace: "default" };
  // deno-lint-ignore no-explicit-any -- the types refuse it, too
  const both = { merge: {}, json: [] } as any;
  assertThrows(() => patch(ConfigMap, target, both), StepDefinitionError, "current value has merge, json");
});

Deno.test("stop takes durations as people write them, and refuses others", () => {
  assertEquals(
    stop({ requeueAfter: "1.5m", reason: "not ready" }),
    new Stop({ requeueAfter: 90_000, reason: "not ready" }),
  );
  assertEquals(stop().requeueAfter, undefined);
  const unitless = "30" as "30s"; // the types refuse it, too
  assertThrows(
    () => stop({ requeueAfter: unitless }),
    RangeError,
    "requeueAfter as it must be milliseconds or a text",
  );
  assertThrows(() => stop({ requeueAfter: -1 }), RangeError, "current value is -1");
});

Deno.test("stop refuses what is no options, instead of waiting for hours", () => {
  const wrong: [unknown, string][] = [
    ["1m", 'the options must be an object such as { requeueAfter: "1m" }: current value is "1m"'],
    [30_000, "current value is 30000"],
    [null, "current value is null"],
    [{ requeueafter: "1m" }, '"requeueafter" is not an option'],
  ];
  for (const [options, message] of wrong) assertThrows(() => stop(options as StopOptions), TypeError, message);
});

function meta(name: string) {
  return { name, namespace: "default", uid: "u-1", resourceVersion: "7", creationTimestamp: "2026-01-01T00:00:00Z" };
}
