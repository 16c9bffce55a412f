/** The policy of an operator, as far as its text shows it; `tests/cluster/policy_test.ts` has a real API server ask it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { controller as foos } from "../../examples/simple.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { policyOf } from "../../lib/deploy/policy/mod.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import { type ControllerDefinition, defineController, defineSteps } from "../../mod.ts";
import { Foo } from "../controller/resources.ts";

interface Spec {
  failurePolicy: string;
  paramKind?: unknown;
  matchConstraints: { resourceRules: { apiGroups: string[]; operations: string[]; resources: string[] }[] };
  matchConditions: { expression: string }[];
  validations: { expression: string; message: string; messageExpression?: string }[];
}

function policy(...controllers: ControllerDefinition[]) {
  const operator = resolveOperator(defineOperator({ name: "x", controllers }));
  const [whole, binding] = policyOf(operator, { serviceAccount: { namespace: "shop", name: "runner" } });
  return { whole, binding, spec: whole.spec as unknown as Spec };
}

function resourcesOf({ matchConstraints: { resourceRules } }: Spec): string[] {
  return resourceRules.flatMap(({ apiGroups: [group], resources }) => resources.map((one) => `${group}/${one}`));
}

function ruleOf({ validations }: Spec, target: string) {
  const found = validations.find(({ expression }) => expression.startsWith(`(variables.target != "${target}")`));
  assert(found, target);
  return found;
}

Deno.test("the policy concerns the operator's account alone, fails closed, and has no parameter", () => {
  const { whole, binding, spec } = policy(defineController(foos));
  assertEquals([whole.apiVersion, whole.kind, whole.metadata.name], [
    "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicy",
    "x.shop",
  ]);
  assertEquals(spec.failurePolicy, "Fail");
  assertEquals("paramKind" in spec, false);
  assertEquals(spec.matchConditions.map(({ expression }) => expression), [
    'request.userInfo.username == "system:serviceaccount:shop:runner"',
  ]);
  assertEquals(binding.spec, { policyName: "x.shop", validationActions: ["Deny"] });
});

Deno.test("exactly the resources that the operator may write are looked at, each in a rule of its own", () => {
  const { spec } = policy(defineController(foos));
  const resources = [
    "/secrets",
    "apiextensions.k8s.io/customresourcedefinitions",
    "apps/deployments",
    "events.k8s.io/events",
    "example.dev/foos",
    "example.dev/foos/status",
  ];
  assertEquals(resourcesOf(spec), resources);
  for (const resource of resources) ruleOf(spec, resource);
});

Deno.test("verbs that are not declared are in no condition, so they are refused", () => {
  const { spec } = policy(defineController({
    ...{ resource: Foo, steps: defineSteps(Foo) },
    owns: [{ kind: Secret, verbs: ["create"] }],
    writes: [{ kind: ConfigMap, verbs: ["delete"], names: ['a"b'] }, { kind: Deployment, subresources: ["scale"] }],
  }));
  assertMatch(ruleOf(spec, "/secrets").expression, /"CREATE"/);
  assertEquals(/"(UPDATE|DELETE)"/.test(ruleOf(spec, "/secrets").expression), false);
  assertEquals(
    ruleOf(spec, "/configmaps").expression,
    String
      .raw`(variables.target != "/configmaps") || ((request.operation == "DELETE") && (oldObject.metadata.name in ["a\"b"]))`,
  );
  assertEquals(resourcesOf(spec).filter((one) => one.startsWith("apps/")), ["apps/deployments/scale"]);
  assertEquals(resourcesOf(spec).includes("example.dev/foos"), false);
  assertMatch(
    ruleOf(spec, "/secrets").message,
    /^the operator x may not write this object of secrets: of these it may only create what is controlled by a Foo of example.dev$/,
  );
});

Deno.test("through a subresource no metadata are written, and with names only those of them", () => {
  const steps = defineSteps(Foo);
  const status = { kind: Deployment, subresources: ["status"] };
  const at = (more: object) =>
    ruleOf(
      policy(defineController({ resource: Foo, steps, owns: [Deployment], writes: [{ ...status, ...more }] })).spec,
      "apps/deployments/status",
    );
  for (const more of [{}, { names: ["a"] }]) {
    const { expression, message } = at(more);
    assertMatch(expression, /object\.metadata\[k\] == oldObject\.metadata\[k\]/);
    assertMatch(expression, /oldObject\.metadata\[k\] == object\.metadata\[k\]/);
    assertEquals(expression.includes('object.metadata.name in ["a"]'), "names" in more);
    assertMatch(message, /but not its metadata$/);
  }
});

Deno.test("where any object may be written by one declaration, another does not narrow it", () => {
  const steps = defineSteps(Foo);
  const { spec } = policy(defineController({ resource: Foo, steps, owns: [Secret], writes: [Secret] }));
  const { expression } = ruleOf(spec, "/secrets");
  assertEquals(expression.includes("ownerReferences"), false);
});

Deno.test("only components that may lack an owner reference, or plans that hide theirs, open the way of marks", () => {
  const at = (steps: unknown) =>
    ruleOf(policy(defineController({ resource: Foo, steps: steps as never, owns: [Secret] })).spec, "/secrets")
      .expression;
  const isOpen = (expression: string) =>
    /object\.metadata\.\?labels\[[^\]]*managed-by"\]\.orValue\(""\) == /.test(expression);
  assertEquals(isOpen(at(defineSteps(Foo))), false);
  assertEquals(isOpen(at(() => defineSteps(Foo))), true);
});
