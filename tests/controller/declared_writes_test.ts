import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { apply, component, create, type DeclaredWrite, defineSteps, patch, remove, replace } from "../../mod.ts";
import type { ResourceKind, Steps } from "../../mod.ts";
import { resolveController } from "../../lib/controller/options/resolve.ts";
import { OptionsError, UndeclaredWriteError } from "../../lib/doors/errors.ts";
import type { AnyChange } from "../../lib/doors/plan.ts";
import { ConfigMap, Deployment, Namespace, Secret } from "../../lib/kube/kinds/mod.ts";
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
  await harness.serve({ resource: Foo, steps, writes, reads: [ConfigMap] });
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

Deno.test("a controller of some namespaces writes in no other, unless an entry says everywhere", async () => {
  const elsewhere = () => create(ConfigMap, { metadata: { name: "a", namespace: "other" } }, { owned: false });
  const outcomeOf = async (write: ResourceKind | DeclaredWrite, namespace: string) => {
    await using harness = await Harness.start();
    await harness.cluster.create(Namespace, { metadata: { name: "other" } });
    harness.forget();
    await harness.serve({ resource: Foo, steps: asking(elsewhere), writes: [write], namespace });
    await harness.createFoo("a");
    const { result } = harness.reports[0]!;
    return result.outcome === "Failed" ? result.error.message : result.outcome;
  };
  assertStringIncludes(
    await outcomeOf(ConfigMap, "default"),
    'it looks after ["default"] only: add { kind: ConfigMap, verbs: ["create"], everywhere: true } to "writes"',
  );
  assertEquals(await outcomeOf({ kind: ConfigMap, everywhere: true }, "default"), "Modified");
  assertEquals(await outcomeOf(ConfigMap, "*"), "Modified");
});

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
    reads: [{ kind: Deployment, verbs: ["get"] }],
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

const label = ({ object }: { object: Foo }) =>
  object.metadata.labels?.["seen"] ? undefined : patch(Foo, object, { merge: { metadata: { labels: { seen: "1" } } } });

Deno.test("of the resource, the status and the finalizer are implied, and any other write is declared", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .change("report", ({ setStatus }) => setStatus({ phase: "done" }))
    .change("label", label);
  await harness.serve({ resource: Foo, steps, cleanup: defineSteps(Foo) });
  await harness.createFoo("a");
  assertEquals(harness.outcomes().slice(0, 3), [
    "patch Foo default/a",
    "patch status of Foo default/a",
    'Failed: Step "label" failed: Cannot patch Foo default/a as the controller does not declare that it writes this: ' +
    'add { kind: Foo, verbs: ["patch"] } to "writes"',
  ]);
  await harness.delete(Foo, "a");
  assertEquals(harness.outcomes().at(-1), "patch Foo default/a");
});

Deno.test("an object of the resource is written as declared", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).change("label", label), writes: [Foo] });
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["patch Foo default/a", "NoOp"]);
});

Deno.test("the status of a kind that is not defined with one is declared", async () => {
  const steps = defineSteps(Deployment).change("report", ({ setStatus }) => setStatus({ replicas: 3 }));
  for (const writes of [[], [{ kind: Deployment, verbs: ["patch"], subresources: ["status"] }] as const]) {
    await using harness = await Harness.start();
    await harness.serve({ resource: Deployment, steps, writes });
    await harness.create(Deployment, deploymentOf("a", 1));
    assertEquals(
      harness.outcomes()[0]?.includes('add { kind: Deployment, verbs: ["patch"], subresources: ["status"] }'),
      writes.length === 0,
    );
    assertEquals(harness.written(), writes.length === 0 ? [] : ["patch deployments/status a 200"]);
  }
});

Deno.test("an entry with subresources is about these alone", async () => {
  await using harness = await Harness.start();
  const message = await refused(harness, () => patch(Deployment, { name: "a" }, { merge: { spec: {} } }), [
    { kind: Deployment, subresources: ["scale"] },
  ]);
  assertStringIncludes(message, 'add { kind: Deployment, verbs: ["patch"] } to "writes"');
});

Deno.test("declared names are the only ones that are written, and the message has the missing one", async () => {
  const writes = [{ kind: ConfigMap, names: ["settings", "limits"] }];
  for (
    const [change, words] of [
      [() => create(ConfigMap, { metadata: { name: "a" } }), 'add "a" to the names of ConfigMap'],
      [() => remove(ConfigMap, stored), 'add "a" to the names of ConfigMap'],
      [
        () => create(ConfigMap, { metadata: { generateName: "a-" } }),
        'a name that the API server generates is none of ["settings", "limits"]: take one of these',
      ],
    ] as const
  ) {
    await using harness = await Harness.start();
    assertStringIncludes(await refused(harness, change, writes), words);
  }
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "limits"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "limits" } }));
  await serveWith(harness, steps, writes);
  assertEquals(harness.outcomes(), ["create ConfigMap default/limits", "NoOp"]);
});

Deno.test("an owned kind is written by its verbs only", async () => {
  await using harness = await Harness.start();
  await harness.serve({
    resource: Foo,
    steps: asking(() => remove(ConfigMap, stored)),
    owns: [{ kind: ConfigMap, verbs: ["create"] }],
  });
  await harness.createFoo("a");
  assertEquals(harness.written(), []);
  assertStringIncludes(harness.outcomes()[0]!, 'add { kind: ConfigMap, verbs: ["delete"] } to "writes"');
});

Deno.test("components know their verbs, and a cleanup with changes of its own may remove", () => {
  const settings = component(Foo, ConfigMap, { build: () => ({}) });
  const removal = defineSteps(Foo).change("remove", () => remove(ConfigMap, stored));
  const verbsOf = (steps: unknown, more: object = {}, owned: object = {}) => {
    const options = { resource: Foo, steps, owns: [{ kind: ConfigMap, ...owned }], ...more };
    return resolveController(options as Parameters<typeof resolveController>[0]).owns[0]!.verbs;
  };
  const all = ["create", "update", "patch", "delete"] as const;
  const ensured = defineSteps(Foo).ensure(settings);
  assertEquals(verbsOf(defineSteps(Foo)), all);
  assertEquals(verbsOf(ensured), ["create", "patch"]);
  assertEquals(verbsOf(() => ensured), all);
  assertEquals(verbsOf(defineSteps(Foo).ensure(settings, { removeWhen: () => true })), ["create", "patch", "delete"]);
  assertEquals(verbsOf(ensured, { cleanup: defineSteps(Foo) }), ["create", "patch"]);
  assertEquals(verbsOf(ensured, { cleanup: removal }), ["create", "patch", "delete"]);
  assertEquals(verbsOf(ensured, { cleanup: () => removal }), ["create", "patch", "delete"]);
  assertEquals(verbsOf(ensured, {}, { verbs: ["patch", "update", "create"] }), ["create", "update", "patch"]);
  assertThrows(
    () => verbsOf(ensured, {}, { verbs: ["create"] }),
    OptionsError,
    'Cannot serve controller "foo" as owns[0].verbs must have "patch" as a component of ConfigMap needs it',
  );
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
