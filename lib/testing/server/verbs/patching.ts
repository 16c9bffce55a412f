/** The verb patch, with its four patch types. */

import { load as parseYaml } from "js-yaml";
import {
  type Answer,
  decodePatched,
  jsonAnswer,
  mediaType,
  renderObject,
  type ResourceRequest,
  shapeOf,
  typedObject,
  type WriteOptions,
  writeOptionsOf,
} from "../request/mod.ts";
import { applyConfiguration, recordApply, typeProblem } from "../fields/mod.ts";
import { apiVersionOf, type Resource, type ServerContext } from "../store/mod.ts";
import { checkAddress, checkNamed, insertObject } from "./creating.ts";
import {
  badRequest,
  conflict,
  copyOf,
  DecodingError,
  depthProblem,
  type Fields,
  fieldsOf,
  isFields,
  methodNotAllowed,
  notFound,
  parseJson,
  placeOf,
  type ServerMeta,
  type ServerObject,
  StatusError,
  unsupportedMediaType,
} from "../values/mod.ts";
import { applyJsonPatch, applyMergePatch, applyStrategicMerge, JsonPatchError } from "../patch/mod.ts";
import { checkResourceVersion, replaceObject } from "./updating.ts";

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
const APPLY = ["application/apply-patch+yaml", "application/apply-patch+json"];

export function patchObject(context: ServerContext, request: ResourceRequest): Answer {
  const shape = shapeOf(request, context.clock);
  const { resource, namespace, name, contentType } = request;
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const type = mediaType(contentType);
  checkType(type, resource);
  const options = writeOptionsOf(request, context.clock, APPLY.includes(type));
  const stored = context.tableOf(resource).get(placeOf(namespace, name!));
  if (APPLY.includes(type)) {
    const { object, created } = apply(context, request, stored, options);
    return jsonAnswer(created ? 201 : 200, renderObject(object, resource, shape));
  }
  if (!stored) throw notFound(resource, name!);
  const old = resource.conversion ? resource.conversion.fromStored(stored) : stored;
  const patched = decodePatched(patchedFields(old, request, type), request, options.validation);
  checkNamed(patched, request);
  checkAddress(patched, request);
  checkResourceVersion(patched, old, resource);
  return jsonAnswer(200, renderObject(replaceObject(context, request, patched, stored, options), resource, shape));
}

function checkType(type: string, resource: Resource): void {
  const known = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, ...APPLY];
  if (!known.includes(type)) throw new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  if (type === STRATEGIC_PATCH && resource.custom) {
    throw unsupportedMediaType([JSON_PATCH, MERGE_PATCH, APPLY[0]!]);
  }
}

/** The fields of the patched object. The resourceVersion is left out unless the patch sets it. */
function patchedFields(old: ServerObject, { body, resource }: ResourceRequest, type: string): Fields {
  const patch = parsePatch(body ?? "");
  const target: Fields = { ...old, kind: resource.kind, apiVersion: apiVersionOf(resource) };
  if (type === JSON_PATCH) return jsonPatched(copyOf(target), patch);
  if (!isFields(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    );
  }
  return (type === MERGE_PATCH
    ? applyMergePatch(target, patch)
    : applyStrategicMerge(target, patch, resource.struct!)) as Fields;
}

function parsePatch(body: string): unknown {
  const tooDeep = depthProblem(body);
  if (tooDeep !== undefined) throw badRequest(`error decoding patch: ${tooDeep}`);
  try {
    return parseJson(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

const MOST_OPERATIONS = 10_000;

/** Applies a JSON patch to an object, which is changed. */
export function jsonPatched(target: Fields, patch: unknown): Fields {
  if (Array.isArray(patch) && patch.length > MOST_OPERATIONS) {
    const why = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`;
    throw new StatusError(413, "RequestEntityTooLarge", `Request entity too large: ${why}`, {});
  }
  if (patch === null) return target;
  if (!Array.isArray(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  }
  try {
    if (!patch.every(isFields)) throw new JsonPatchError("Cannot apply a JSON patch as an operation must be an object");
    const result = applyJsonPatch(target, patch);
    if (isFields(result)) return result;
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    // The API server does not say which operation failed either.
    throw new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
  }
  throw badRequest("the patch does not leave an object");
}

function apply(
  context: ServerContext,
  request: ResourceRequest,
  stored: ServerObject | undefined,
  options: WriteOptions,
): { object: ServerObject; created: boolean } {
  const { resource, subresource, name } = request;
  const configuration = parseConfiguration(request.body ?? "", resource);
  if (!stored && subresource !== undefined) throw notFound(resource, name!);
  checkConfiguration(configuration, resource);
  const named = typedObject({ ...configuration }, resource);
  if (!stored) checkNamed(named, request);
  checkAddress(named, request);
  const live = stored ? fromStored(stored, resource) : emptyObject(resource, name!);
  const merged = applyConfiguration(live, writablePart(configuration, request), resource.type, options.writer);
  const object = decodeApplied(merged.object, resource);
  checkAddress(object, request);
  const record = (result: ServerObject, force: boolean) =>
    recordApply(result, live, merged.object, resource, options.writer, merged.owned, force);
  if (!stored) {
    const { uid } = object.metadata;
    if (uid) {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(resource, name!, why);
    }
    delete object.metadata.resourceVersion;
    return { object: insertObject(context, request, object, options, (made) => record(made, true)), created: true };
  }
  checkResourceVersion(object, live, resource);
  const replaced = replaceObject(context, request, object, stored, options, (result) => record(result, options.force));
  return { object: replaced, created: false };
}

/** Decodes the result of an apply as the kind. */
function decodeApplied(fields: Fields, resource: Resource): ServerObject {
  try {
    return typedObject(resource.strategy.readApplied(copyOf(fields)), resource);
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    const kind = `${resource.group === "" ? "/v1" : apiVersionOf(resource)}, Kind=${resource.kind}`;
    const { name = "", namespace = "" } = fieldsOf(fields.metadata);
    const why = `unable to convert unstructured object to ${kind}: ${error.message}`;
    const message = `failed to convert new object (${namespace}/${name}; ${kind}) to proper version: ${why}`;
    throw new StatusError(500, undefined, message);
  }
}

/** The object that an apply starts from if there is none. */
function emptyObject(resource: Resource, name: string): ServerObject {
  const metadata = { name } as ServerMeta; // as it would be written: the rest comes when it is made
  return { ...resource.strategy.empty(), kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}

function fromStored(stored: ServerObject, { conversion }: Resource): ServerObject {
  return conversion ? conversion.fromStored(stored) : stored;
}

function parseConfiguration(body: string, resource: Resource): Fields {
  const value = parseConfigurationText(body);
  if (!isFields(value)) throw badRequest("error decoding YAML: it is not an object");
  const { kind, apiVersion } = value;
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource)) {
    throw badRequest(`invalid object type: /${apiVersion ?? ""}, Kind=${kind ?? ""}`);
  }
  if (fieldsOf(value.metadata).managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  return value;
}

/** Most configurations are JSON, which parses much faster. */
function parseConfigurationText(body: string): unknown {
  const tooDeep = depthProblem(body);
  if (tooDeep !== undefined) throw badRequest(`error decoding YAML: ${tooDeep}`);
  try {
    return body.trimStart().startsWith("{") ? parseJson(body) : parseYaml(body);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}

/** Apply refuses unknown fields instead of dropping them. */
function checkConfiguration(configuration: Fields, resource: Resource): void {
  const problem = typeProblem(configuration, resource.type);
  if (!problem) return;
  const { name = "", namespace = "" } = fieldsOf(configuration.metadata);
  const version = resource.group === "" ? "/v1" : apiVersionOf(resource);
  const message =
    `failed to create typed patch object (${namespace}/${name}; ${version}, Kind=${resource.kind}): ${problem}`;
  throw new StatusError(500, undefined, message);
}

/** The part of a configuration that the request can write: without the status, or little more than the status. */
function writablePart(configuration: Fields, { resource, subresource }: ResourceRequest): Fields {
  const { status, ...rest } = configuration;
  if (!resource.status) return configuration;
  if (subresource !== "status") return rest;
  const { apiVersion, kind } = configuration;
  const { name, namespace, resourceVersion } = fieldsOf(configuration.metadata);
  const metadata = { name, ...(namespace ? { namespace } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
  return { apiVersion, kind, metadata, ...(status === undefined ? {} : { status }) };
}
