/** The recommended labels of Kubernetes, for dependents. */

import type { KubeObject, ResourceKind } from "../model/mod.ts";
import { labelValue } from "./names.ts";

const NAME = "app.kubernetes.io/name";
const INSTANCE = "app.kubernetes.io/instance";
const COMPONENT = "app.kubernetes.io/component";
const MANAGED_BY = "app.kubernetes.io/managed-by";

/** The labels that every dependent gets, whatever its component calls them. */
export const IDENTIFYING_LABELS: readonly string[] = [NAME, INSTANCE, COMPONENT, MANAGED_BY];

/** The labels that every dependent gets. */
export function recommendedLabels(ownerKind: ResourceKind, owner: KubeObject, part: string): Record<string, string> {
  return {
    [NAME]: labelValue(ownerKind.kind.toLowerCase()),
    [INSTANCE]: instanceOf(owner.metadata.name),
    [COMPONENT]: labelValue(part),
    [MANAGED_BY]: managerOf(ownerKind),
  };
}

/** The label value that stands for an owner's name. */
export function instanceOf(name: string): string {
  return labelValue(name);
}

/** The label value that stands for an owner's kind. */
export function managerOf({ plural, group }: ResourceKind): string {
  return labelValue(group === "" ? plural : `${plural}.${group}`);
}

/** Of a dependent's labels, those that find it, and that never change. */
export function selectorOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries([NAME, INSTANCE, COMPONENT].map((key) => [key, labels[key]!]));
}
