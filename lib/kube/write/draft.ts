/** Completes drafts: fills in what the author left out, and refuses what cannot be written. */

import {
  apiVersionOf,
  describeObject,
  type Draft,
  type DraftMeta,
  type KubeObject,
  type OwnerReference,
  type ResourceKind,
} from "../../model/mod.ts";
import { resolveNamespace } from "../request/mod.ts";
import { ownerReference } from "./owner_references.ts";

/** The object of a Run, and its kind. */
export interface RunOwner {
  /** Its kind. */
  readonly kind: ResourceKind;
  /** The object. */
  readonly object: KubeObject;
}

/** A draft with everything that the API server needs to locate it. */
export type CompleteDraft = Draft<KubeObject> & { apiVersion: string; kind: string };

/**
 * Fills in `apiVersion`, `kind` and the namespace.
 *
 * @param kind The kind.
 * @param draft The object to be written.
 * @param fallback The namespace if the draft has none, such as that of the Run's object.
 * @throws {TypeError} If the draft has no name, its kind differs from the token's, or its namespace does not fit the
 * kind's scope.
 */
export function completeDraft(
  kind: ResourceKind,
  draft: Draft<KubeObject>,
  fallback: string | undefined,
): CompleteDraft {
  if (typeof draft?.metadata !== "object" || draft.metadata === null) {
    throw new TypeError(`Cannot write a ${kind.kind} as it has no metadata: it needs at least a name`);
  }
  checkKind(kind, draft);
  if (!draft.metadata.name && !draft.metadata.generateName) {
    throw new TypeError(`Cannot write a ${kind.kind} as it has neither metadata.name nor metadata.generateName`);
  }
  const namespace = resolveNamespace(kind, draft.metadata.namespace, fallback);
  const metadata: DraftMeta = namespace === undefined ? draft.metadata : { ...draft.metadata, namespace };
  return { ...draft, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
}

/** Refuses an object whose kind differs from its token's. */
export function checkKind(
  kind: ResourceKind,
  object: Pick<Draft<KubeObject>, "apiVersion" | "kind" | "metadata">,
): void {
  checkType(kind, object, "apiVersion", apiVersionOf(kind));
  checkType(kind, object, "kind", kind.kind);
}

function checkType(
  kind: ResourceKind,
  object: Pick<Draft<KubeObject>, "apiVersion" | "kind" | "metadata">,
  field: "apiVersion" | "kind",
  expected: string,
): void {
  const value = object[field];
  if (value === undefined || value === expected) return;
  throw new TypeError(
    `Cannot write ${describeObject(kind, object.metadata)} as its ${field} must be "${expected}": ` +
      `current value is "${value}"`,
  );
}

/**
 * Adds the owner's reference to a complete draft, if it is missing.
 *
 * @throws {TypeError} If the owner cannot own the object: an owner in a namespace can only own objects of that
 * namespace.
 */
export function withOwner(kind: ResourceKind, draft: CompleteDraft, owner: RunOwner): CompleteDraft {
  checkOwnable(kind, draft, owner);
  const present: readonly OwnerReference[] = draft.metadata.ownerReferences ?? [];
  if (present.some((reference) => reference.uid === owner.object.metadata.uid)) return draft;
  const ownerReferences = [...present, ownerReference(owner.kind, owner.object)];
  return { ...draft, metadata: { ...draft.metadata, ownerReferences } };
}

function checkOwnable(kind: ResourceKind, draft: CompleteDraft, owner: RunOwner): void {
  const inside = owner.object.metadata.namespace;
  if (owner.kind.scope === "Cluster" || kind.scope === "Namespaced" && draft.metadata.namespace === inside) return;
  const where = kind.scope === "Cluster" ? "cluster-scoped" : "in another namespace";
  throw new TypeError(
    `Cannot make ${describeObject(owner.kind, owner.object.metadata)} the owner of ` +
      `${describeObject(kind, draft.metadata)} as the owner is in namespace "${inside}" and the object is ${where}: ` +
      "the garbage collector would delete it; pass { owned: false }, and remove it in cleanup",
  );
}
