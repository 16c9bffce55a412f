/** Decides to which owner an object with a dependent's name belongs. */

import { ownerReference } from "../kube/mod.ts";
import {
  apiVersionOf,
  controllerOf,
  describeObject,
  type KubeObject,
  type OwnerReference,
  type ResourceKind,
} from "../model/mod.ts";
import { type Change, patch } from "../steps/mod.ts";
import type { Dependent } from "./dependent.ts";
import { otherControllerError, otherOwnerError, unownedError } from "./errors.ts";
import { OWNER_ANNOTATION, ownerId, selectorOf } from "./labels.ts";

/** The facts that decide it. */
export interface Claim<T extends KubeObject> {
  /** The dependent's kind. */
  readonly kind: ResourceKind<T>;
  /** The owner's kind. */
  readonly ownerKind: ResourceKind;
  readonly owner: KubeObject;
  /** Whether dependents have an owner reference. If not, their labels and an annotation identify them. */
  readonly owned: boolean;
  /** The labels that a dependent has. */
  readonly labels: Readonly<Record<string, string>>;
  /** The labels that select it. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Derives the claim from a dependent and its owner. */
export function claimOf<R extends KubeObject, T extends KubeObject>(dependent: Dependent<R, T>, owner: R): Claim<T> {
  const { kind, ownerKind } = dependent;
  const labels = dependent.labelsFor(owner);
  return { kind, ownerKind, owner, owned: dependent.isOwned(owner), labels, selector: selectorOf(labels) };
}

/** Whether the object is the owner's dependent. */
export function isDependent(claim: Claim<KubeObject>, object: KubeObject): boolean {
  const { owned, owner, selector } = claim;
  const controller = controllerOf(object);
  if (owned) return controller?.uid === owner.metadata.uid;
  // A dependent with an owner reference to this owner was owned before, and still belongs to it.
  return (controller === undefined || controller.uid === owner.metadata.uid) && !namesOtherOwner(claim, object) &&
    Object.entries(selector).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** The owner that an object's annotation names. Earlier versions did not write it. */
function namedOwner({ metadata: { annotations } }: KubeObject): string | undefined {
  return annotations !== undefined && Object.hasOwn(annotations, OWNER_ANNOTATION)
    ? annotations[OWNER_ANNOTATION]
    : undefined;
}

function namesOtherOwner({ ownerKind, owner }: Claim<KubeObject>, object: KubeObject): boolean {
  const named = namedOwner(object);
  return named !== undefined && named !== ownerId(ownerKind, owner);
}

/** Whether the controller is an earlier, deleted owner with the same kind and name. */
export function isOfFormerOwner({ ownerKind, owner }: Claim<KubeObject>, object: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && controller.uid !== owner.metadata.uid && controller.name === owner.metadata.name &&
    controller.kind === ownerKind.kind && groupOf(controller) === ownerKind.group;
}

function groupOf({ apiVersion }: OwnerReference): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}

/**
 * The change that corrects the owner reference, if it is wrong. A reference with an API version of the owner that is no
 * longer served would mislead the garbage collector: the dependent would outlive its owner. A reference that is no
 * longer wanted would delete the dependent with its owner; an annotation takes its place.
 */
export function renewedReference<T extends KubeObject>(claim: Claim<T>, object: T): Change<T> | undefined {
  const { kind, ownerKind, owned, owner, owner: { metadata: { uid } } } = claim;
  const { ownerReferences = [], annotations } = object.metadata;
  const at = ownerReferences.findIndex((reference) => reference.uid === uid);
  const apiVersion = apiVersionOf(ownerKind);
  if (at < 0 || owned && ownerReferences[at]!.apiVersion === apiVersion) return undefined;
  const path = `/metadata/ownerReferences/${at}`;
  const tests = [
    { op: "test", path: "/metadata/uid", value: object.metadata.uid },
    { op: "test", path: `${path}/uid`, value: uid },
  ] as const;
  if (owned) {
    return patch(kind, object, { json: [...tests, { op: "replace", path: `${path}/apiVersion`, value: apiVersion }] });
  }
  const { resourceVersion } = object.metadata;
  const value = { ...annotations, [OWNER_ANNOTATION]: ownerId(ownerKind, owner) };
  return patch(kind, object, {
    json: [
      ...tests,
      { op: "remove", path },
      // Writes the whole map, because it may not exist yet.
      { op: "add", path: "/metadata/annotations", value },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ],
  });
}

/**
 * Refuses an object that another owner controls. Also refuses one without a controller, unless it may be adopted.
 *
 * @throws {NotOwnedError} If it is refused.
 */
export function checkClaim(claim: Claim<KubeObject>, object: KubeObject, adopt: boolean): void {
  if (isDependent(claim, object)) return;
  const controller = controllerOf(object);
  const owner = describeObject(claim.ownerKind, claim.owner.metadata);
  if (controller) throw otherControllerError(claim.kind, object, owner, controller);
  const named = namedOwner(object);
  if (namesOtherOwner(claim, object)) throw otherOwnerError(claim.kind, object, owner, named!);
  // An object whose annotation names the owner needs no adoption: until now it was not to have an owner reference.
  if (!adopt && named === undefined) throw unownedError(claim.kind, object, owner);
}

/** Makes an object without a controller the owner's dependent: sets its labels and its owner reference. */
export function adoption<T extends KubeObject>(claim: Claim<T>, object: T): Change<T> {
  const { kind, ownerKind, owner, owned, labels } = claim;
  const { resourceVersion, uid, ownerReferences = [] } = object.metadata;
  const others = ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid);
  const metadata = {
    // Fails if somebody else takes the object in the meantime.
    ...{ uid, resourceVersion, labels },
    ...(owned
      ? { ownerReferences: [...others, ownerReference(ownerKind, owner)] }
      : { annotations: { [OWNER_ANNOTATION]: ownerId(ownerKind, owner) } }),
  };
  return patch(kind, object, { merge: { metadata } });
}
