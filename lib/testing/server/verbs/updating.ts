/** The verb update, and the common part of all changes to a stored object. */

import {
  type Answer,
  decodeObject,
  jsonAnswer,
  keepMetadata,
  metadataErrors,
  metadataUpdateErrors,
  renderObject,
  type ResourceRequest,
  shapeOf,
  type WriteOptions,
  writeOptionsOf,
} from "../request/mod.ts";
import type { Resource, ServerContext } from "../store/mod.ts";
import { checkAddress, checkNamed, createDecoded, finish } from "./creating.ts";
import {
  conflict,
  invalid,
  invalidValue,
  isSame,
  methodNotAllowed,
  modified,
  notFound,
  placeOf,
  type ServerObject,
} from "../values/mod.ts";
import { isSameWrite, recordUpdate } from "../fields/mod.ts";

export function updateObject(context: ServerContext, request: ResourceRequest): Answer {
  const shape = shapeOf(request, context.clock);
  const { resource, namespace, name } = request;
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const options = writeOptionsOf(request, context.clock, false);
  const object = decodeObject(request, options.validation);
  checkNamed(object, request);
  checkAddress(object, request);
  const old = context.tableOf(resource).get(placeOf(namespace, name!));
  if (!old && resource.strategy.createOnUpdate) {
    checkUid(object.metadata.uid, "", object.metadata.name, resource);
    // If the object does not exist, a version in the body is ignored.
    delete object.metadata.resourceVersion;
    return createDecoded(
      context,
      { ...request, verb: "create", name: undefined, subresource: undefined },
      object,
      options,
    );
  }
  if (!old) throw notFound(resource, name!);
  checkVersion(object, old, resource);
  const stored = replaceObject(context, request, object, old, options);
  return jsonAnswer(200, renderObject(stored, resource, shape));
}

/** A version that counts as none. */
const UNSAID = "0";

/** Optimistic locking: checks the resourceVersion. */
function checkVersion(object: ServerObject, old: ServerObject, resource: Resource): void {
  const { name, uid, resourceVersion } = object.metadata;
  checkUid(uid, old.metadata.uid, name, resource);
  if ((resourceVersion ?? UNSAID) === UNSAID && !resource.strategy.unconditionalUpdate) {
    const errors = [invalidValue("metadata.resourceVersion", 0, "must be specified for an update")];
    throw invalid({ group: resource.group, kind: resource.plural }, name, errors);
  }
  checkResourceVersion(object, old, resource);
}

/** @throws {StatusError} If an update names the UID of another object. */
export function checkUid(uid: string, present: string, name: string, resource: Resource): void {
  if (uid === "" || uid === present) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  throw conflict(resource, name, `StorageError: invalid object, Code: 4, AdditionalErrorMsg: ${why}`);
}

/** @throws {StatusError} If the object is based on another version than the stored one. */
export function checkResourceVersion(object: ServerObject, old: ServerObject, resource: Resource): void {
  const { name, resourceVersion } = object.metadata;
  const isSaid = resourceVersion !== undefined && resourceVersion !== UNSAID;
  if (isSaid && resourceVersion !== old.metadata.resourceVersion) throw modified(resource, name);
}

/** Records the owners of an object's fields; by default those of an update. */
export type Recorder = (object: ServerObject, old: ServerObject) => void;

/** Replaces a stored object: completes the new one, validates it and calls the hooks. Writes only if something differs. */
export function replaceObject(
  context: ServerContext,
  request: ResourceRequest,
  given: ServerObject,
  stored: ServerObject,
  options: WriteOptions,
  record: Recorder = (object, old) => recordUpdate(object, old, request.resource, options.writer),
): ServerObject {
  const { resource, subresource } = request;
  const { strategy, conversion } = resource;
  const old = conversion ? conversion.fromStored(stored) : stored;
  keepMetadata(given, old, subresource !== undefined);
  // A conflict of an apply is reported before validation errors of its result.
  record(given, old);
  let object = given;
  if (subresource === "status") strategy.prepareStatus(object, old);
  else strategy.prepareUpdate(object, old);
  context.admit({ resource, operation: "UPDATE", subresource, object, old, user: request.requester.user });
  object = finish(object, resource);
  if (subresource !== "status") countGeneration(object, old, resource);
  checkUpdate(object, old, resource);
  for (const warning of resource.strategy.warnings(object, old)) request.warnings.add(warning);
  object.metadata.resourceVersion = old.metadata.resourceVersion!;
  if (isSameWrite(object, old)) return stored;
  return store(context, resource, conversion ? conversion.toStored(object) : object, stored, options.dryRun);
}

function checkUpdate(object: ServerObject, old: ServerObject, resource: Resource): void {
  const errors = [
    ...metadataUpdateErrors(object, old),
    ...metadataErrors(object.metadata, resource.strategy.names, resource.custom),
    ...resource.strategy.validate(object, old),
  ];
  if (errors.length > 0) throw invalid(resource, object.metadata.name, errors);
}

/** Stores an object. If it is being deleted and its last finalizer is gone, removes it; the answer shows its last state. */
function store(
  context: ServerContext,
  resource: Resource,
  object: ServerObject,
  old: ServerObject,
  dryRun: boolean,
): ServerObject {
  if (dryRun) return object;
  const table = context.tableOf(resource);
  if (!isFinished(object, resource)) return context.store.put(table, object);
  // The last write is never stored: watches see the object as it was before.
  context.store.remove(table, old);
  object.metadata.resourceVersion = old.metadata.resourceVersion!;
  return object;
}

/** Whether nothing keeps an object that is being deleted. */
export function isFinished({ metadata, spec }: ServerObject, resource: Resource): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  const holds = resource.kind === "Namespace" && resource.group === ""
    ? (spec as { finalizers?: string[] })?.finalizers
    : [];
  return (holds ?? []).length === 0;
}

function countGeneration(object: ServerObject, old: ServerObject, { strategy: { counted } }: Resource): void {
  if (!counted || isSame(counted(object), counted(old))) return;
  object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}
