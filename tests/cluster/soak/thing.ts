/** What the operator of the soak looks after: each Thing has Secrets whose names the API server makes up, a ConfigMap, and a status. */

import { component, create, defineResource, defineSteps, remove } from "../../../mod.ts";
import { jsonSchema } from "../../../lib/doors/crd.ts";
import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";

/** The label that numbers the Secrets of a Thing: of each number there is never more than one. */
export const ORDINAL = "ordinal";

const COUNTS = { type: "object", properties: { v: { type: "integer" }, children: { type: "integer" } } } as const;

interface Counts {
  v: number;
  children: number;
}

export const Thing = defineResource({
  ...{ group: "soak.example.dev", version: "v1", kind: "Thing", scope: "Namespaced" } as const,
  spec: jsonSchema<Counts>(COUNTS),
  status: jsonSchema<Counts>(COUNTS),
});

const note = component(Thing, ConfigMap, { build: ({ spec }) => ({ data: { v: String(spec.v) } }) });

export const steps = defineSteps(Thing)
  // In doubt, this list is live: else a Secret whose answer was lost would be made again.
  .observe("find the children", ({ kube }) => kube.list(Secret, { owned: true }))
  .change("remove one too many", ({ object: { spec } }, children) => {
    const surplus = children.find((child) => ordinalOf(child) >= spec.children);
    return surplus ? remove(Secret, surplus) : children;
  })
  .change("make a child", ({ object: { spec, metadata } }, children) => {
    const present = new Set(children.map(ordinalOf));
    const missing = Array.from({ length: spec.children }, (_, index) => index).find((index) => !present.has(index));
    if (missing === undefined) return children.length;
    return create(Secret, {
      metadata: { generateName: `${metadata.name}-`, labels: { [ORDINAL]: String(missing) } },
    });
  })
  .ensure(note, { drift: "apply" })
  .change(
    "report",
    ({ object: { spec }, setStatus }) => setStatus({ v: spec.v, children: spec.children }),
  );

/** Its number. */
export function ordinalOf({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }): number {
  return Number(metadata.labels?.[ORDINAL] ?? NaN);
}
