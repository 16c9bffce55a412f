import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { apply, create, defineSteps, patch, remove, replace, type Steps } from "../../mod.ts";
import { UndeclaredWriteError } from "../../lib/doors/errors.ts";
import type { AnyChange } from "../../lib/doors/plan.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import { Bar, Foo, Harness } from "./harness.ts";
import { deploymentOf } from "./plans.ts";

const stored: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "default", uid: "1", resourceVersion: "1", creationTimestamp: "" },
};

function asking(change: () => AnyChange): Steps<Foo> {
  return defineSteps(Foo).change("write", change as () => unknown) as Steps<Foo>;
}

/** The error with which a change is refused that a controller does not declare. */
async function refused(harness: Harness, change: () => AnyChange, writes: Parameters<typeof serveWith>[2]) {
  await serveWith(harness, asking(change), writes);
  const { result } = harness.reports[0]!;
  assert(result.outcome === "Failed", result.outcome);
  assert(result.error.cause instanceof UndeclaredWriteError, String(result.error.cause));
  assertEquals(harness.written(), []);
  return result.error.message;
}

async function serveWith(
  harness: Harness,
  steps: Steps<Foo>,
  writes: NonNullable<Parameters<Harness["serve"]>[0]["writes"]>,
) {
  await harness.serve({ resource: Foo, steps, writes });
  await harness.createFoo("a");
}

const UNDECLARED: Readonly<Record<string, () => AnyChange>> = {
  create: () => create(ConfigMap, { metadata: { name: "a" } }),
  apply: () => apply(ConfigMap, { metadata: { name: "a" } }),
  patch: () => patch(ConfigMap, stored, { merge: { data: {} } }),
  replace: () => replace(ConfigMap, stored),
  remove: () => remove(ConfigMap, stored),
};

for (const [verb, change] of Object.entries(UNDECLARED)) {
  Deno.test(`an undeclared ${verb} is refused, nothing is sent, and the message has the declaration`, async () => {
    await using harness = await Harness.start();
    const message = await refused(harness, change, [Secret]);
    assertStringIncludes(message, "as the controller does not declare that it writes this: ");
    assertStringIncludes(message, 'add ConfigMap to "owns", or { kind: ConfigMap, verbs: ["');
  });
}

const OTHER_VERB = { create: "delete", apply: "create", patch: "update", replace: "patch", remove: "create" } as const;

for (const [verb, declared] of Object.entries(OTHER_VERB)) {
  Deno.test(`declaring ${declared} does not allow ${verb}`, async () => {
    await using harness = await Harness.start();
    const message = await refused(harness, UNDECLARED[verb]!, [{ kind: ConfigMap, verbs: [declared] }]);
    assertStringIncludes(message, 'add { kind: ConfigMap, verbs: ["');
  });
}

Deno.test("a subresource is declared by itself", async () => {
  await using harness = await Harness.start();
  const scale = () =>
    patch(Deployment, { name: "a", namespace: "default" }, { merge: { spec: { replicas: 2 } } }, {
      subresource: "scale",
    });
  const message = await refused(harness, scale, [Deployment]);
  assertStringIncludes(message, 'subresources: ["scale"]');
});

Deno.test("a declared subresource is written", async () => {
  await using harness = await Harness.start();
  await harness.create(Deployment, deploymentOf("a", 1));
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(Deployment, "a"))
    .change(
      "scale",
      (_, found) =>
        found?.spec?.replicas === 2
          ? undefined
          : patch(Deployment, found!, { merge: { spec: { replicas: 2 } } }, { subresource: "scale" }),
    );
  await harness.serve({
    resource: Foo,
    steps,
    writes: [{ kind: Deployment, verbs: ["patch"], subresources: ["scale"] }],
  });
  await harness.createFoo("a");
  assertEquals(harness.written(), ["patch deployments/scale a 200"]);
  assertEquals(harness.outcomes(), ["patch scale of Deployment default/a", "NoOp"]);
});

Deno.test("declared verbs are performed", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "a" } }));
  await serveWith(harness, steps, [{ kind: ConfigMap, verbs: ["create"] }]);
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
});

Deno.test("an object of the resource may be written, and its status always", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .change(
      "label",
      ({ object }) =>
        object.metadata.labels?.["seen"]
          ? undefined
          : patch(Foo, object, { merge: { metadata: { labels: { seen: "1" } } } }),
    )
    .change("report", ({ setStatus }) => setStatus({ phase: "done" }));
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["patch Foo default/a", "patch status of Foo default/a", "NoOp"]);
});

Deno.test("a best-effort change that is not declared is refused, logged, and fails nothing", async () => {
  await using harness = await Harness.start({ kinds: [Foo, Bar] });
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change(
      "create",
      (_, found) =>
        found ??
          create(ConfigMap, { metadata: { name: "a" } }).alsoTry(create(Bar, { metadata: { name: "a" }, spec: {} })),
    );
  await serveWith(harness, steps, [ConfigMap]);
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
  assertEquals(harness.written(), ["create configmaps 201"]);
  const [entry] = harness.logger.saying("a best-effort change failed; the Run itself succeeded");
  assertEquals(entry?.level, "warn");
  assertStringIncludes(String(entry?.fields["error"]), "does not declare that it writes this");
});
