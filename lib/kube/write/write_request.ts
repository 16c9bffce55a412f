/** Turns a change into the request that carries it out. Pure. */

import { describeObject, isSameResource, type KubeObject, type ObjectRef, type ResourceKind } from "../../model/mod.ts";
import { describeOperation, type JsonPatchOperation, type PatchBasis } from "../../steps/mod.ts";
import type { ObjectOperation } from "./declared_writes.ts";
import { checkKind, type CompleteDraft, completeDraft, type RunOwner, withOwner } from "./draft.ts";
import { exactBody, type JsonObject } from "../json/mod.ts";
import {
  asJsonPatch,
  type KubeRequest,
  ofSameObject,
  type PatchOperationOf,
  resolveNamespace,
} from "../request/mod.ts";
import { replacedValues } from "./replaced_values.ts";

const CONTENT_TYPES = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  // JSON is YAML.
  apply: "application/apply-patch+yaml",
} as const;

/**
 * Completes an operation with everything that its author left out. If it was decided on an object that was read, the
 * operation demands that object, so that the API server refuses it if another one has taken the name.
 *
 * @param operation The operation, as the step requested it.
 * @param owner The Run's object, whose namespace is the default.
 * @param owns The kinds whose objects get the Run's object as controller owner.
 * @throws {TypeError} If the operation is invalid in itself.
 */
export function completeOperation(
  operation: ObjectOperation,
  owner: RunOwner,
  owns: readonly ResourceKind[],
): ObjectOperation {
  const { kind } = operation;
  switch (operation.verb) {
    case "create":
    case "apply": {
      const draft = completeDraft(kind, operation.object, owner.object.metadata.namespace);
      if (operation.verb === "apply" && !draft.metadata.name) {
        throw new TypeError(`Cannot apply a ${kind.kind} as server-side apply needs metadata.name`);
      }
      const owned = operation.owned && owns.some((other) => isSameResource(other, kind));
      const object = owned ? withOwner(kind, draft, owner) : draft;
      return { ...operation, object: operation.verb === "apply" ? ofRunObject(kind, object, owner) : object };
    }
    case "replace":
      return { ...operation, object: completeReplacement(kind, operation.object, owner) };
    case "patch":
      return completePatch({ ...operation, target: completeTarget(kind, operation.target, owner) }, owner);
    case "remove":
      return completeRemoval({ ...operation, target: completeTarget(kind, operation.target, owner) }, owner);
  }
}

type RemoveOperation = Extract<ObjectOperation, { verb: "remove" }>;

/** A step that removes the Run's own object by name means exactly that object, unless it says otherwise. */
function completeRemoval(operation: RemoveOperation, owner: RunOwner): RemoveOperation {
  const { kind, target, preconditions } = operation;
  const isByPlace = "uid" in preconditions && preconditions.uid === undefined;
  if (!isByPlace || !isRunObject(kind, target, owner)) return operation;
  const { uid } = owner.object.metadata;
  return { ...operation, preconditions: { ...preconditions, uid } };
}

/** A step that patches the Run's own object by name means exactly that object. */
function completePatch(operation: PatchOperationOf, owner: RunOwner): PatchOperationOf {
  const { kind, target, decidedOn } = operation;
  const basis = decidedOn ?? (isRunObject(kind, target, owner) ? basisOf(owner) : undefined);
  return basis ? ofSameObject(operation, basis) : operation;
}

/** An apply of the Run's own object must not create another one if that object is gone. */
function ofRunObject(kind: ResourceKind, draft: CompleteDraft, owner: RunOwner): CompleteDraft {
  const { metadata, metadata: { name } } = draft;
  if (metadata.uid !== undefined || !isRunObject(kind, { ...metadata, name: name! }, owner)) return draft;
  return { ...draft, metadata: { ...metadata, uid: owner.object.metadata.uid } };
}

function basisOf({ object }: RunOwner): PatchBasis | undefined {
  const { uid } = object.metadata;
  return uid === undefined ? undefined : { uid, object };
}

/** Whether a name and namespace are those of the Run's own object. */
export function isRunObject(kind: ResourceKind, { name, namespace }: ObjectRef, owner: RunOwner): boolean {
  const { metadata } = owner.object;
  return name === metadata.name && namespace === metadata.namespace && isSameResource(owner.kind, kind);
}

function completeReplacement(kind: ResourceKind, object: KubeObject, owner: RunOwner): KubeObject {
  if (!object.metadata.resourceVersion) {
    throw new TypeError(
      `Cannot replace ${describeObject(kind, object.metadata)} as it has no metadata.resourceVersion: ` +
        "without one it could undo what others have written; replace what you have read",
    );
  }
  checkKind(kind, object);
  const draft = completeDraft(kind, object, owner.object.metadata.namespace) as KubeObject;
  if (draft.metadata.uid) return draft;
  if (isRunObject(kind, draft.metadata, owner)) return ofRunObject(kind, draft, owner) as KubeObject;
  // For some kinds, a replacement creates the object if there is none.
  throw new TypeError(
    `Cannot replace ${describeObject(kind, object.metadata)} as it has no metadata.uid: ` +
      "without one another object of that name could be replaced; replace what you have read",
  );
}

function completeTarget(kind: ResourceKind, { name, namespace }: ObjectRef, owner: RunOwner): ObjectRef {
  const resolved = resolveNamespace(kind, namespace, owner.object.metadata.namespace);
  return resolved === undefined ? { name } : { namespace: resolved, name };
}

/** The name and namespace of a complete operation's object; `undefined` if the API server is to generate the name. */
export function refOf(operation: ObjectOperation): ObjectRef | undefined {
  if ("target" in operation) return operation.target;
  const { name, namespace } = operation.object.metadata;
  if (name === undefined) return undefined;
  return namespace === undefined ? { name } : { namespace, name };
}

/**
 * Builds the request of a complete operation.
 *
 * @throws {TypeError} If it contains a number that may have lost digits when it was read.
 */
export function toRequest(
  operation: ObjectOperation,
  fieldManager: string,
  signal: AbortSignal | undefined,
): KubeRequest {
  const { kind } = operation;
  const describe = () => describeOperation(operation);
  switch (operation.verb) {
    case "create": {
      const { object, object: { metadata: { namespace } } } = operation;
      return {
        verb: "create",
        kind,
        namespace,
        query: { fieldManager },
        body: exactBody(object, describe),
        signal,
        describe,
      };
    }
    case "apply": {
      const { object, object: { metadata: { namespace, name } } } = operation;
      const query = { fieldManager: operation.fieldManager ?? fieldManager, force: String(operation.force) };
      const contentType = CONTENT_TYPES.apply;
      const body = exactBody(object, describe);
      return { verb: "patch", kind, namespace, name, query, body, contentType, signal, describe };
    }
    case "patch": {
      const { target: { namespace, name }, subresource, type } = operation;
      const contentType = CONTENT_TYPES[type];
      const query = { fieldManager };
      const body = exactBody(operation.body, describe);
      return { verb: "patch", kind, namespace, name, subresource, query, body, contentType, signal, describe };
    }
    case "replace": {
      const { object, object: { metadata: { namespace, name } }, subresource } = operation;
      return {
        verb: "update",
        kind,
        namespace,
        name,
        subresource,
        query: { fieldManager },
        body: exactBody(object, describe),
        signal,
        describe,
      };
    }
    case "remove": {
      const { target: { namespace, name }, preconditions, propagation } = operation;
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions, propagationPolicy: propagation };
      return { verb: "delete", kind, namespace, name, body, signal, describe };
    }
  }
}

/**
 * Builds a patch of the status of the Run's own object, for exactly that object and based on what the Run has read. The
 * API server refuses it if somebody else, or a newer write, has changed the same fields since.
 *
 * @param owner The Run's object.
 * @param status The merge patch of its status, as JSON.
 */
export function statusPatch(owner: RunOwner, status: JsonObject): ObjectOperation {
  const { name, namespace } = owner.object.metadata;
  const patch: JsonObject = { status };
  const merge: PatchOperationOf = {
    verb: "patch",
    kind: owner.kind,
    target: namespace === undefined ? { name } : { namespace, name },
    type: "merge",
    body: patch,
    subresource: "status",
  };
  const basis = basisOf(owner);
  if (!basis) return merge;
  const operation = asJsonPatch(merge, patch, basis);
  if (operation.type !== "json") return operation;
  const [uidTest, ...changes] = operation.body as readonly JsonPatchOperation[];
  return { ...operation, body: [uidTest, ...replacedValues(owner.object, patch), ...changes] };
}
