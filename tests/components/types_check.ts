/**
 * The promises that the types of components make. Nothing here is run: `deno check` fails when a misuse is no longer an error,
 * because then its `@ts-expect-error` has nothing to expect.
 */

import { component, type CustomObject, defineSteps, kindOf, type ResourceKind, type Steps } from "../../mod.ts";
import { ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";

type Foo = CustomObject<{ replicas: number }, { observed: number }>;
const Foo: ResourceKind<Foo> = kindOf<Foo>({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const selector = { matchLabels: { app: "x" } };
const template = { spec: { containers: [{ name: "main", image: "x" }] } };
const web = component(Foo, Deployment, {
  name: ({ spec }) => `web-${spec.replicas}`,
  labels: ({ metadata }) => ({ for: metadata.name }),
  build: ({ spec }, { labels }) => ({
    spec: { replicas: spec.replicas, selector, template: { ...template, metadata: { labels } } },
  }),
});

// What is ensured is handed on, with its type.
export const ensured: Steps<Foo, Deployment> = defineSteps(Foo).ensure(web);
export const applied: Steps<Foo, Deployment> = defineSteps(Foo).ensure(web, { drift: "apply", adopt: true });
export const ready: Steps<Foo, number> = defineSteps(Foo)
  .ensure(web, { readyWhen: ({ status }, { spec }) => status?.readyReplicas === spec.replicas || "no pods yet" })
  .observe("count", (_, { status }) => status?.readyReplicas ?? 0);

// What may be removed may be missing.
const removable = defineSteps(Foo).ensure(web, { removeWhen: ({ spec }) => spec.replicas === 0 });
export const maybe: Steps<Foo, Deployment | undefined> = removable;
// @ts-expect-error: it may be missing.
export const certain: Steps<Foo, Deployment> = removable;
// @ts-expect-error: it may be missing.
removable.observe("x", (_, deployment) => deployment.metadata.name);

// The cluster answers with the dependent's type.
export const found: Steps<Foo, number> = defineSteps(Foo)
  .observe("find", ({ kube, object }) => web.one(kube, object))
  .observe("count", (_, { spec }) => spec?.replicas ?? 0);

// @ts-expect-error: name, namespace, labels and owner are derived.
component(Foo, ConfigMap, { build: () => ({ metadata: { name: "x" } }) });
// @ts-expect-error: a field that the kind does not have.
component(Foo, Service, { build: () => ({ spec: { port: 80 } }) });
// @ts-expect-error: a dependent without build.
component(Foo, ConfigMap, { name: "x" });
// @ts-expect-error: the owner has no such field.
component(Foo, ConfigMap, { build: ({ spec }) => ({ data: { x: spec.colour } }) });
// @ts-expect-error: an option that there is not.
defineSteps(Foo).ensure(web, { drfit: "apply" });
// @ts-expect-error: a kind of drift that there is not.
defineSteps(Foo).ensure(web, { drift: "replace" });
// @ts-expect-error: a component of another owner.
defineSteps(ConfigMap).ensure(web);
// @ts-expect-error: readyWhen gets the dependent.
defineSteps(Foo).ensure(web, { readyWhen: ({ data }) => data !== undefined });
// @ts-expect-error: something that cannot be ensured.
defineSteps(Foo).ensure(Deployment);
