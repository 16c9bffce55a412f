/** The labels and the annotation that dependents get. */

import type { KubeObject, ObjectMeta, ResourceKind } from "../model/mod.ts";
import { labelValue } from "./names.ts";

const NAME = "app.kubernetes.io/name";
const INSTANCE = "app.kubernetes.io/instance";
const COMPONENT = "app.kubernetes.io/component";
/** The label that names the kind of a dependent's owner. */
export const MANAGED_BY = "app.kubernetes.io/managed-by";

/** Labels that every dependent gets and that identify it. */
export const IDENTIFYING_LABELS: readonly string[] = [NAME, INSTANCE, COMPONENT, MANAGED_BY];

/** The recommended labels of Kubernetes for a dependent. */
export function recommendedLabels(ownerKind: ResourceKind, owner: KubeObject, part: string): Record<string, string> {
  return {
    [NAME]: labelValue(ownerKind.kind.toLowerCase()),
    [INSTANCE]: instanceOf(owner.metadata.name),
    [COMPONENT]: labelValue(part),
    [MANAGED_BY]: managerOf(ownerKind),
  };
}

/** The label value for an owner's name. */
export function instanceOf(name: string): string {
  return labelValue(name);
}

/** The label value for an owner's kind. */
export function managerOf({ plural, group }: ResourceKind): string {
  return labelValue(group === "" ? plural : `${plural}.${group}`);
}

/**
 * The annotation in which a dependent without an owner reference names its owner. Labels are not enough: owners with
 * the same name in two namespaces have the same labels.
 */
export const OWNER_ANNOTATION = "staircase.dev/owner";

/** The annotation's value: `shops.example.dev/default/corner`. */
export function ownerId(ownerKind: ResourceKind, { metadata: { namespace, name } }: KubeObject): string {
  const kind = ownerKind.group === "" ? ownerKind.plural : `${ownerKind.plural}.${ownerKind.group}`;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Whether an object's labels or annotation say that it is a dependent of some owner of that kind. */
export function isManagedBy({ labels, annotations }: ObjectMeta, manager: string): boolean {
  return labels?.[MANAGED_BY] === manager || annotations?.[OWNER_ANNOTATION]?.startsWith(`${manager}/`) === true;
}

const SELECTING = [NAME, INSTANCE, COMPONENT];

/** Of a dependent's labels, those that never change and that select it. */
export function selectorOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(SELECTING.map((key) => [key, labels[key]!]));
}

/** What a dependent's labels say about its owner. */
export interface LabelledDependent {
  /** The same for all objects that one {@link selectorOf} selects. */
  readonly id: string;
  /** The label value for the owner's name. */
  readonly instance: string;
  /** The label value for the owner's kind. */
  readonly manager: string | undefined;
}

/** Reads the labels of a dependent; `undefined` if they are not a dependent's. */
export function readLabels(labels: Readonly<Record<string, string>> | undefined): LabelledDependent | undefined {
  if (!labels || !SELECTING.every((key) => Object.hasOwn(labels, key))) return undefined;
  const id = SELECTING.map((key) => labels[key]!).join("/");
  return {
    id,
    instance: labels[INSTANCE]!,
    manager: Object.hasOwn(labels, MANAGED_BY) ? labels[MANAGED_BY] : undefined,
  };
}
