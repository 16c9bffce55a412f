/** Whose an object is that has a dependent's name. */

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
import { anotherOwners, nobodys, somebodyElses } from "./errors.ts";
import { OWNER_ANNOTATION, ownerId, selectorOf } from "./labels.ts";

/** What decides it. */
export interface Claim<T extends KubeObject> {
  /** The dependent's kind. */
  readonly kind: ResourceKind<T>;
  /** The owner's kind. */
  readonly ownerKind: ResourceKind;
  /** The owner. */
  readonly owner: KubeObject;
  /** Whether dependents have an owner reference; else they are known by their labels and an annotation. */
  readonly owned: boolean;
  /** The labels that a dependent has. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those by which it is found. */
  readonly selector: Readonly<Record<string, string>>;
}

/** What decides it for one dependent of an owner. */
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
  // One that was to be owned before is the owner's as well.
  return (controller === undefined || controller.uid === owner.metadata.uid) && !isAnothers(claim, object) &&
    Object.entries(selector).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** Whose dependent an object without an owner reference says to be. Former versions did not let it say so. */
function namedOwner({ metadata: { annotations } }: KubeObject): string | undefined {
  return annotations !== undefined && Object.hasOwn(annotations, OWNER_ANNOTATION)
    ? annotations[OWNER_ANNOTATION]
    : undefined;
}

function isAnothers({ ownerKind, owner }: Claim<KubeObject>, object: KubeObject): boolean {
  const named = namedOwner(object);
  return named !== undefined && named !== ownerId(ownerKind, owner);
}

/** Whether the object is controlled by an owner of the same kind and name that was there before, and has gone. */
export function isOfFormerOwner({ ownerKind, owner }: Claim<KubeObject>, object: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && controller.uid !== owner.metadata.uid && controller.name === owner.metadata.name &&
    controller.kind === ownerKind.kind && groupOf(controller) === ownerKind.group;
}

function groupOf({ apiVersion }: OwnerReference): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}

/**
 * The change that puts the owner reference right, if there is something to. One that names an API version of the owner which is
 * no longer served leads the garbage collector nowhere, and the dependent would outlive its owner. One that is no longer to be
 * there would let the dependent go with its owner: an annotation takes its place.
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
      // All annotations are written, as there may have been none.
      { op: "add", path: "/metadata/annotations", value },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ],
  });
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
  const named = namedOwner(object);
  if (isAnothers(claim, object)) throw anotherOwners(claim.kind, object, owner, named!);
  // What names the owner need not be adopted: it was to have no owner reference before.
  if (!adopt && named === undefined) throw nobodys(claim.kind, object, owner);
}

/** Makes an object that is nobody's the owner's dependent: its labels, and its owner reference. */
export function adoption<T extends KubeObject>(claim: Claim<T>, object: T): Change<T> {
  const { kind, ownerKind, owner, owned, labels } = claim;
  const { resourceVersion, uid, ownerReferences = [] } = object.metadata;
  const others = ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid);
  const metadata = {
    // Nobody else may take it meanwhile.
    ...{ uid, resourceVersion, labels },
    ...(owned
      ? { ownerReferences: [...others, ownerReference(ownerKind, owner)] }
      : { annotations: { [OWNER_ANNOTATION]: ownerId(ownerKind, owner) } }),
  };
  return patch(kind, object, { merge: { metadata } });
}
