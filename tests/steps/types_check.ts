/**
 * The promises that the types make. Nothing here is run: `deno check` fails when a misuse is no longer an error, because
 * then its `@ts-expect-error` has nothing to expect. What the compiler says of mistakes in `serveController` is in
 * `tests/controller/mistakes.ts`.
 */

import {
  changeStep,
  create,
  type CustomObject,
  defineSteps,
  kindOf,
  observeStep,
  perform,
  type ResourceKind,
  type Steps,
} from "../../mod.ts";
import { ConfigMap, type ConfigMap as ConfigMapObject, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";

type Foo = CustomObject<{ replicas: number; note?: string }, { observed: number; phase: string }>;
const Foo: ResourceKind<Foo> = kindOf<Foo>({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const secret = create(Secret, { metadata: { name: "x" }, stringData: { pass: "x" } });

// Data is inferred through the chain: what a step passes on is what the next one is given.
export const inferred: Steps<Foo, string> = defineSteps(Foo)
  .observe("find", ({ kube, object }) => kube.get(Secret, object.metadata.name))
  .change("create", (_, found) => found ?? secret)
  .join("look around", {
    deployment: ({ kube, object }) => kube.get(Deployment, object.metadata.name),
    secret: (_, found) => found.type,
  })
  .change("deploy", (_, { deployment }) => deployment ?? create(Deployment, { metadata: { name: "x" } }))
  .observe("wait", ({ stop }, deployment) => deployment.status?.readyReplicas ? deployment : stop({ reason: "wait" }))
  .observe("name", (_, deployment) => deployment.metadata.name);

// Steps in files of their own.
const findText = observeStep(Foo, "find text", ({ object }) => object.spec.note ?? "none");
const useText = changeStep(Foo, "use text", ({ object }, text: string) => text === "" ? secret : object.spec.replicas);
export const fromFiles: Steps<Foo, number> = defineSteps(Foo).step(findText).step(useText);

// The first data can be made from the object.
export const withInitial: Steps<Foo, number> = defineSteps(Foo, {
  initial: (object) => ({ twice: object.spec.replicas * 2 }),
})
  .observe("take", (_, { twice }) => twice);

// A status that fits, wherever one is written.
defineSteps(Foo).change("report", ({ setStatus }) => setStatus({ observed: 1, phase: "Ready" }));
defineSteps(Foo).change("some status", () => secret.withStatus({ phase: "Creating" }));
defineSteps(Foo).change("status of the result", () => perform("order", () => 7).withStatus((n) => ({ observed: n })));

// @ts-expect-error: an observe step cannot return a Change.
defineSteps(Foo).observe("x", () => secret);
// @ts-expect-error: not even sometimes.
defineSteps(Foo).observe("x", ({ object }) => object.spec.replicas > 1 ? secret : 1);
// @ts-expect-error: not even later.
defineSteps(Foo).observe("x", async () => await Promise.resolve(secret));
// @ts-expect-error: not in a file of its own either.
observeStep(Foo, "x", () => secret);
// @ts-expect-error: a branch of a join cannot return a Change.
defineSteps(Foo).join("x", { good: () => 1, bad: () => secret });
// @ts-expect-error: nor a promise of one.
defineSteps(Foo).join("x", { bad: () => Promise.resolve(secret) });
// @ts-expect-error: a Run makes one change, and a list is not a change.
defineSteps(Foo).change("x", () => [secret, secret]);
// @ts-expect-error: nor is an object that has one.
defineSteps(Foo).change("x", async () => await Promise.resolve({ change: secret, more: 1 }));
// @ts-expect-error: not even sometimes.
defineSteps(Foo).change("x", ({ object }) => object.spec.note ? [secret] : undefined);
// @ts-expect-error: an observe step cannot hand one on in a list.
defineSteps(Foo).observe("x", () => [secret]);
// @ts-expect-error: nor can a branch.
defineSteps(Foo).join("x", { bad: () => ({ change: secret }) });
// @ts-expect-error: a change step that returns nothing changes nothing: the return is missing.
defineSteps(Foo).change("x", () => {});
defineSteps(Foo).change(
  // @ts-expect-error: also where it is async.
  "x",
  async ({ kube }) => {
    await kube.get(Secret, "x");
    create(Secret, { metadata: { name: "x" } });
  },
);
// What only looks need not return anything; and a change step may have nothing to say for some objects.
defineSteps(Foo).observe("x", () => {});
defineSteps(Foo).change("x", ({ object }) => object.spec.note ? secret : undefined);
defineSteps(Foo).change("x", (): unknown => secret);
defineSteps(Foo).change("x", () => {
  throw new Error("not yet");
});
// @ts-expect-error: an observe step has no setStatus.
defineSteps(Foo).observe("x", ({ setStatus }) => setStatus({ observed: 1, phase: "a" }));
// @ts-expect-error: a status of the wrong type.
defineSteps(Foo).change("x", ({ setStatus }) => setStatus({ observed: "no", phase: "a" }));
// @ts-expect-error: a status that lacks a field.
defineSteps(Foo).change("x", ({ setStatus }) => setStatus({ observed: 1 }));
// @ts-expect-error: a status added to a change has the wrong type.
defineSteps(Foo).change("x", () => secret.withStatus({ observed: "no" }));
// @ts-expect-error: a resource without a status has none to set.
defineSteps(ConfigMap).change("x", ({ setStatus }) => setStatus({ any: 1 }));
// @ts-expect-error: data of the wrong type.
defineSteps(Foo).observe("x", () => 1).observe("y", (_, text: string) => text);
// @ts-expect-error: a step that wants other data than it would be given.
defineSteps(Foo).observe("x", () => 1).step(useText);
// @ts-expect-error: a step for another kind.
defineSteps(ConfigMap).step(findText);
// @ts-expect-error: steps for another kind.
export const wrongKind: Steps<ConfigMapObject> = defineSteps(Foo);
// @ts-expect-error: an object of the wrong shape.
create(Secret, { metadata: { name: "x" }, data: { a: 1 } });
// @ts-expect-error: a duration without a unit.
defineSteps(Foo).observe("x", ({ stop }) => stop({ requeueAfter: "30" }));
// @ts-expect-error: the context has no way to write.
defineSteps(Foo).observe("x", ({ kube }) => kube.create(Secret, {}));
// @ts-expect-error: the object cannot be exchanged.
defineSteps(Foo).observe("x", (context) => context.object = {} as Foo);
