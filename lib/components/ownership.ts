/** Whose an object is that has a dependent's name. */

import { ownerReference } from "../kube/mod.ts";
import { controllerOf, describeObject, type KubeObject, type ResourceKind } from "../model/mod.ts";
import { type Change, patch } from "../steps/mod.ts";
import type { Component } from "./component.ts";
import { nobodys, somebodyElses } from "./errors.ts";
import { selectorOf } from "./labels.ts";

/** What decides it. */
export interface Claim<T extends KubeObject> {
  /** The dependent's kind. */
  readonly kind: ResourceKind<T>;
  /** The owner's kind. */
  readonly ownerKind: ResourceKind;
  /** The owner. */
  readonly owner: KubeObject;
  /** Whether dependents have an owner reference; else they are known by their labels. */
  readonly owned: boolean;
  /** The labels that a dependent has. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those by which it is found. */
  readonly selector: Readonly<Record<string, string>>;
}

/** What decides it for a component and an owner. */
export function claimOf<R extends KubeObject, T extends KubeObject>(component: Component<R, T>, owner: R): Claim<T> {
  const { kind, ownerKind } = component;
  const labels = component.labelsFor(owner);
  return { kind, ownerKind, owner, owned: component.isOwned(owner), labels, selector: selectorOf(labels) };
}

/** Whether the object is the owner's dependent. */
export function isDependent({ owned, owner, selector }: Claim<KubeObject>, object: KubeObject): boolean {
  if (owned) return controllerOf(object)?.uid === owner.metadata.uid;
  return controllerOf(object) === undefined &&
    Object.entries(selector).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/**
 * Refuses an object that another owner controls, and one that nobody does unless it may be adopted.
 *
 * @throws {NotOwnedError} If it is refused.
 */
export function checkClaim(claim: Claim<KubeObject>, object: KubeObject, adopt: boolean): void {
  if (isDependent(claim, object)) return;
  const controller = controllerOf(object);
  const owner = describeObject(claim.ownerKind, claim.owner.metadata);
  if (controller) throw somebodyElses(claim.kind, object, owner, controller);
  if (!adopt) throw nobodys(claim.kind, object, owner);
}

/** Makes an object that is nobody's the owner's dependent: its labels, and its owner reference. */
export function adoption<T extends KubeObject>(claim: Claim<T>, object: T): Change<T> {
  const { kind, ownerKind, owner, owned, labels } = claim;
  const { resourceVersion, uid, ownerReferences = [] } = object.metadata;
  const others = ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid);
  const metadata = {
    // Nobody else may take it meanwhile.
    ...{ uid, resourceVersion, labels },
    ...(owned && { ownerReferences: [...others, ownerReference(ownerKind, owner)] }),
  };
  return patch(kind, object, { merge: { metadata } });
}
