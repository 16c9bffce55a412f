/** The verb create. */

import {
  type Answer,
  cannotBeHandled,
  decodeObject,
  jsonAnswer,
  metadataErrors,
  renderObject,
  type ResourceRequest,
  shapeOf,
  type WriteOptions,
  writeOptionsOf,
} from "../request/mod.ts";
import { generateName, newUid, type Resource, type ServerContext, timestamp } from "../store/mod.ts";
import {
  alreadyExists,
  badRequest,
  DecodingError,
  forbidden,
  invalid,
  methodNotAllowed,
  notFound,
  placeOfObject,
  type ServerObject,
  StatusError,
} from "../values/mod.ts";
import { recordUpdate } from "../fields/mod.ts";

/** How often another name is generated if one is taken. */
const NAME_TRIES = 8;

export function createObject(context: ServerContext, request: ResourceRequest): Answer {
  const options = writeOptionsOf(request, context.clock, false);
  if (request.resource.namespaced && request.namespace === undefined) throw methodNotAllowed();
  return createDecoded(context, request, decodeObject(request, options.validation), options);
}

/** Answers a create request whose body has been decoded. */
export function createDecoded(
  context: ServerContext,
  request: ResourceRequest,
  decoded: ServerObject,
  options: WriteOptions,
): Answer {
  const shape = shapeOf(request, context.clock);
  const object = insertObject(context, request, decoded, options, (made) => {
    recordUpdate(made, undefined, request.resource, options.writer);
  });
  return jsonAnswer(201, renderObject(object, request.resource, shape));
}

/** Stores a new object: completes it, validates it and calls the hooks. `record` records the owners of its fields. */
export function insertObject(
  context: ServerContext,
  request: ResourceRequest,
  object: ServerObject,
  options: WriteOptions,
  record: (object: ServerObject) => void,
): ServerObject {
  const { resource } = request;
  checkAddress(object, request);
  checkNamespace(context, request, object);
  if (resource.terminating) throw terminating();
  begin(context, object, request);
  record(object);
  resource.strategy.prepareCreate(object);
  context.admit({
    resource,
    operation: "CREATE",
    subresource: undefined,
    object,
    old: undefined,
    user: request.requester.user,
  });
  object = finish(object, resource);
  const errors = [
    ...metadataErrors(object.metadata, resource.strategy.names, resource.custom),
    ...resource.strategy.validate(object, undefined),
  ];
  if (errors.length > 0) throw invalid(resource, object.metadata.name, errors);
  for (const warning of resource.strategy.warnings(object, undefined)) request.warnings.add(warning);
  if (!options.dryRun && /^0*[1-9]\d*$/.test(object.metadata.resourceVersion ?? "")) {
    throw new StatusError(500, undefined, "resourceVersion should not be set on objects to be created");
  }
  delete object.metadata.resourceVersion;
  const table = context.tableOf(resource);
  const taken = table.get(placeOfObject(object))?.metadata;
  if (taken) throw alreadyExists(resource, taken.name, taken.deletionTimestamp !== undefined);
  const stored = resource.conversion ? resource.conversion.toStored(object) : object;
  return options.dryRun ? stored : context.store.put(table, stored);
}

/** An object in a PUT must have the name of the path. @throws {StatusError} If it has not. */
export function checkNamed({ metadata }: ServerObject, { name }: ResourceRequest): void {
  if (metadata.name !== "") return;
  throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
}

/** The object's name and namespace must be those of the path. */
export function checkAddress(object: ServerObject, { namespace, name, resource }: ResourceRequest): void {
  const { metadata } = object;
  if (name !== undefined && metadata.name !== "" && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (name !== undefined) metadata.name = name;
  if (metadata.namespace !== undefined && metadata.namespace !== namespace && resource.namespaced) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (namespace === undefined) delete metadata.namespace;
  else metadata.namespace = namespace;
}

/** A new object needs a namespace that exists and is not being deleted. */
function checkNamespace(context: ServerContext, { namespace, resource }: ResourceRequest, object: ServerObject): void {
  if (namespace === undefined) return;
  const namespaces = context.registry.find("", "v1", "namespaces")!;
  const found = context.tableOf(namespaces).get(namespace);
  if (!found) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, object.metadata.name, why, [cause]);
}

function terminating(): StatusError {
  const message = "create not allowed while custom resource definition is terminating";
  return new StatusError(405, "MethodNotAllowed", message, {});
}

/** Sets the fields that the server decides for every object. */
function begin(context: ServerContext, object: ServerObject, { resource }: ResourceRequest): void {
  const { metadata } = object;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.managedFields;
  metadata.uid = newUid(context.random);
  metadata.creationTimestamp = timestamp(context.clock);
  if (metadata.name === "" && metadata.generateName !== undefined) metadata.name = freeName(context, object, resource);
  if (resource.strategy.counted) metadata.generation = 1;
}

function freeName(context: ServerContext, object: ServerObject, resource: Resource): string {
  const { metadata } = object;
  const table = context.tableOf(resource);
  let name = "";
  for (let tries = 0; tries < NAME_TRIES; tries++) {
    name = generateName(metadata.generateName!, context.random);
    if (!table.get(placeOfObject({ ...object, metadata: { ...metadata, name } }))) break;
  }
  return name;
}

/**
 * The object in the form in which it is stored. @throws {StatusError} If fields that were set cannot be decoded as its
 * kind.
 */
export function finish(object: ServerObject, resource: Resource): ServerObject {
  try {
    return resource.strategy.finish(object);
  } catch (error) {
    throw error instanceof DecodingError ? cannotBeHandled(resource, error.message) : error;
  }
}
