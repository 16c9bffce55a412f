/** The recommended labels of Kubernetes, for dependents. */

import type { KubeObject, ObjectMeta, ResourceKind } from "../model/mod.ts";
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

/**
 * The annotation by which a dependent without an owner reference says whose it is. Labels alone do not: owners of one name in
 * two namespaces have the same.
 */
export const OWNER_ANNOTATION = "staircase.dev/owner";

/** What the annotation says: `shops.example.dev/default/corner`. */
export function ownerId(ownerKind: ResourceKind, { metadata: { namespace, name } }: KubeObject): string {
  const kind = ownerKind.group === "" ? ownerKind.plural : `${ownerKind.plural}.${ownerKind.group}`;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Whether an object says, without an owner reference, that it is a dependent of some owner of that kind. */
export function saysManager({ labels, annotations }: ObjectMeta, manager: string): boolean {
  return labels?.[MANAGED_BY] === manager || annotations?.[OWNER_ANNOTATION]?.startsWith(`${manager}/`) === true;
}

const SELECTING = [NAME, INSTANCE, COMPONENT];

/** Of a dependent's labels, those that find it, and that never change. */
export function selectorOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(SELECTING.map((key) => [key, labels[key]!]));
}

/** What an object's labels say of whose dependent it is. */
export interface LabelledDependent {
  /** The same for all objects that the labels of {@link selectorOf} find. */
  readonly id: string;
  /** What stands for the owner's name. */
  readonly instance: string;
  /** What stands for the owner's kind. */
  readonly manager: string | undefined;
}

/** Reads the labels of a dependent; `undefined` when they are not those of one. */
export function readLabels(labels: Readonly<Record<string, string>> | undefined): LabelledDependent | undefined {
  if (!labels || !SELECTING.every((key) => Object.hasOwn(labels, key))) return undefined;
  const id = SELECTING.map((key) => labels[key]!).join("/");
  return {
    id,
    instance: labels[INSTANCE]!,
    manager: Object.hasOwn(labels, MANAGED_BY) ? labels[MANAGED_BY] : undefined,
  };
}
