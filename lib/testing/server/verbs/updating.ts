/** The verb update, and what every change of a stored object has in common. */

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

/** Answers an update. */
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
    // What the body says of a version does not matter when there is none.
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

/** A version that says nothing. */
const UNSAID = "0";

/** Optimistic locking. */
function checkVersion(object: ServerObject, old: ServerObject, resource: Resource): void {
  const { name, uid, resourceVersion } = object.metadata;
  checkUid(uid, old.metadata.uid, name, resource);
  if ((resourceVersion ?? UNSAID) === UNSAID && !resource.strategy.unconditionalUpdate) {
    const errors = [invalidValue("metadata.resourceVersion", 0, "must be specified for an update")];
    throw invalid({ group: resource.group, kind: resource.plural }, name, errors);
  }
  checkResourceVersion(object, old, resource);
}

/** @throws {StatusError} If an update names the UID of another object than the one that is there. */
export function checkUid(uid: string, present: string, name: string, resource: Resource): void {
  if (uid === "" || uid === present) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  throw conflict(resource, name, `StorageError: invalid object, Code: 4, AdditionalErrorMsg: ${why}`);
}

/** @throws {StatusError} If the object says it was made from another version than what is stored. */
export function checkResourceVersion(object: ServerObject, old: ServerObject, resource: Resource): void {
  const { name, resourceVersion } = object.metadata;
  const isSaid = resourceVersion !== undefined && resourceVersion !== UNSAID;
  if (isSaid && resourceVersion !== old.metadata.resourceVersion) throw modified(resource, name);
}

/** How the owners of an object's fields are noted; the default is that of an update. */
export type Recorder = (object: ServerObject, old: ServerObject) => void;

/** Puts an object in the place of a stored one: keeps, fills in, checks, asks the hooks. Writes only when something differs. */
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
  // Whether an apply is in conflict is said before whether its result would be valid.
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

/** An object that is being deleted is gone with its last finalizer; the answer then shows it as it last was. */
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
  // What the last write has changed is never stored: who watches sees what was there before it.
  context.store.remove(table, old);
  object.metadata.resourceVersion = old.metadata.resourceVersion!;
  return object;
}

/** Whether nothing holds back an object that is being deleted. */
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
