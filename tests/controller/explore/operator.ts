/** The operator that is explored: dependents of every sort, a watched kind, an outside store, and clean-up. */

import {
  component,
  type ControllerOptions,
  create,
  defineSteps,
  perform,
  remove,
  type RunReport,
  watchKind,
} from "../../../mod.ts";
import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";
import { Foo } from "../resources.ts";
import type { Process } from "./process.ts";

/** Where the dependents are that only labels tie to their owner. */
export const SHARED = "shared";

/** What a Foo's own dependent is to hold. */
const text = component(Foo, ConfigMap, {
  part: "text",
  name: "text",
  build: ({ spec }) => ({ data: { text: spec.text ?? "" } }),
});

/** One in another namespace. */
const shared = component(Foo, ConfigMap, {
  part: "shared",
  name: ({ metadata }) => `of-${metadata.name}`,
  namespace: () => SHARED,
  build: ({ spec }) => ({ data: { size: String(spec.size ?? 0) } }),
});

/** What marks a dependent whose name the API server made. */
const PART = { "example.dev/part": "yes" };

const needsShared = ({ spec }: Foo) => (spec.size ?? 0) > 0;

/** What a second controller of the same resource makes: it says what the first one has reported. */
const audit = component(Foo, ConfigMap, {
  part: "audit",
  name: "audit",
  build: ({ status }) => ({ data: { phase: status?.phase ?? "", observed: String(status?.observed ?? "") } }),
});

/** A second controller, for which what the first one does is anybody's doing, and which wakes it in turn. */
export function auditorOf(process: Process, concurrency: number): ControllerOptions<Foo> {
  return {
    name: "auditor",
    resource: Foo,
    namespace: "default",
    steps: defineSteps(Foo)
      .observe("begin", ({ object }) => process.begins("auditor", object))
      .observe("trouble", ({ signal }) => process.trouble.strike(signal))
      .ensure(audit, { drift: "apply" }),
    concurrency,
    owns: [ConfigMap],
    predicate: () => true,
    stepTimeout: "5s",
    onRun: (report: RunReport) => process.ended(report),
  };
}

/** The controller that is explored. */
export function operatorOf(process: Process, concurrency: number): ControllerOptions<Foo> {
  const { store, trouble } = process;
  const begins = ({ object }: { object: Foo }) => process.begins("operator", object);
  const steps = defineSteps(Foo)
    .observe("begin", begins)
    .observe("trouble", ({ signal }) => trouble.strike(signal))
    .ensure(text, { drift: "apply" })
    .ensure(shared, { drift: "apply", removeWhen: (foo) => !needsShared(foo) })
    .observe("find the part", ({ kube }) => kube.list(ConfigMap, { owned: true, labels: PART }))
    .change(
      "make the part",
      (_, parts) =>
        parts.length > 0 ? undefined : create(ConfigMap, { metadata: { generateName: "part-", labels: PART } }),
    )
    .observe("find the order", ({ object }) => store.find(object.metadata.uid))
    .change(
      "order",
      ({ object: { metadata: { uid }, spec: { size = 0 } } }, ordered) =>
        ordered === size ? undefined : perform("order", () => store.order(uid, size)),
    )
    .observe("find the key", ({ kube, object }) => kube.get(Secret, object.metadata.name))
    .change(
      "report",
      ({ object, setStatus }, key) =>
        setStatus({ observed: object.spec.size ?? 0, phase: key?.data?.["key"] ?? "none" }),
    );
  const cleanup = defineSteps(Foo)
    .observe("begin", begins)
    .observe("trouble", ({ signal }) => trouble.strike(signal))
    .observe("find the shared one", ({ kube, object }) => shared.get(kube, object))
    .change("remove it", (_, found) => found && remove(ConfigMap, found))
    .observe("find the order", ({ object }) => store.find(object.metadata.uid))
    .change(
      "cancel",
      ({ object }, ordered) =>
        ordered === undefined ? undefined : perform("cancel", () => store.cancel(object.metadata.uid)),
    );
  return {
    name: "operator",
    resource: Foo,
    steps,
    cleanup,
    concurrency,
    owns: [ConfigMap],
    watches: [watchKind(Secret, { map: ({ metadata: { name, namespace } }) => [{ name, namespace: namespace! }] })],
    stepTimeout: "5s",
    onRun: (report: RunReport) => process.ended(report),
  };
}
