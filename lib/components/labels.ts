/** The recommended labels of Kubernetes, for dependents. */

import type { KubeObject, ResourceKind } from "../model/mod.ts";
import { shortenName } from "./names.ts";

const NAME = "app.kubernetes.io/name";
const INSTANCE = "app.kubernetes.io/instance";
const COMPONENT = "app.kubernetes.io/component";
const MANAGED_BY = "app.kubernetes.io/managed-by";

/** The labels that every dependent gets. */
export function recommendedLabels(ownerKind: ResourceKind, owner: KubeObject, part: string): Record<string, string> {
  return {
    [NAME]: shortenName(ownerKind.kind.toLowerCase()),
    [INSTANCE]: shortenName(owner.metadata.name),
    [COMPONENT]: shortenName(part),
    [MANAGED_BY]: shortenName(ownerKind.group === "" ? ownerKind.plural : `${ownerKind.plural}.${ownerKind.group}`),
  };
}

/** Of a dependent's labels, those that find it, and that never change. */
export function selectorOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries([NAME, INSTANCE, COMPONENT].map((key) => [key, labels[key]!]));
}
