/** The subresource `scale`: the desired and present number of replicas. */

import { type Answer, jsonAnswer, mediaType, type ResourceRequest, writeOptionsOf } from "../request/mod.ts";
import type { ScalePaths, ServerContext } from "../store/mod.ts";
import {
  badRequest,
  copyOf,
  type Fields,
  fieldsOf,
  invalid,
  invalidValue,
  isFields,
  methodNotAllowed,
  notFound,
  parseJson,
  placeOf,
  type ServerObject,
  StatusError,
  textOf,
  valueAt,
} from "../values/mod.ts";
import { applyMergePatch } from "../patch/mod.ts";
import { jsonPatched } from "./patching.ts";
import { checkResourceVersion, checkUid, replaceObject } from "./updating.ts";

/** Answers a request for the subresource. */
export function answerScale(context: ServerContext, request: ResourceRequest, paths: ScalePaths): Answer {
  const { resource, namespace, name, verb } = request;
  if (verb !== "get" && verb !== "update" && verb !== "patch") {
    if (!resource.custom) throw methodNotAllowed();
    const message = `${verb} is not supported on resources of kind "${resource.plural}.${resource.group}"`;
    throw new StatusError(405, "MethodNotAllowed", message, { group: resource.group, kind: resource.plural });
  }
  const stored = context.tableOf(resource).get(placeOf(namespace, name!));
  if (!stored) throw notFound(resource, name!);
  if (verb === "get") return show(stored, paths);
  const scale = scaleOf(stored, paths);
  const wanted = verb === "update" ? parse(request.body) : patched(scale, request);
  const object = copyOf(stored);
  const { resourceVersion, uid } = fieldsOf(fieldsOf(wanted).metadata);
  // For custom resources, the API server only checks the UID of an update, not that of a patch.
  if (verb === "update" || !resource.custom) checkUid(textOf(uid) ?? "", stored.metadata.uid, name!, resource);
  if (resourceVersion !== undefined) {
    checkResourceVersion(
      { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } },
      stored,
      resource,
    );
  }
  setAt(object, paths.spec, replicasOf(wanted, request));
  const options = writeOptionsOf(request, context.clock, false);
  return show(replaceObject(context, { ...request, subresource: undefined }, object, stored, options), paths);
}

function show(object: ServerObject, paths: ScalePaths): Answer {
  return jsonAnswer(200, JSON.stringify(scaleOf(object, paths)));
}

function scaleOf(object: ServerObject, paths: ScalePaths): Fields {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.selector && selectorText(valueAt(object, paths.selector));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: valueAt(object, paths.spec) ? { replicas: valueAt(object, paths.spec) } : {},
    status: { replicas: valueAt(object, paths.status) ?? 0, ...(selector ? { selector } : {}) },
  };
}

function selectorText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isFields(value)) return undefined;
  return Object.entries(fieldsOf(value.matchLabels)).map(([key, label]) => `${key}=${label}`).join(",");
}

function parse(body: string | undefined): unknown {
  try {
    return parseJson(body ?? "");
  } catch (error) {
    throw badRequest(`the scale cannot be read: ${(error as Error).message}`);
  }
}

function patched(scale: Fields, { body, contentType }: ResourceRequest): unknown {
  const patch = parse(body);
  if (mediaType(contentType) !== "application/json-patch+json") return applyMergePatch(scale, patch);
  return jsonPatched(copyOf(scale), patch);
}

function replicasOf(scale: unknown, { name }: ResourceRequest): number {
  const replicas = valueAt(scale, ["spec", "replicas"]) ?? 0;
  if (typeof replicas === "number" && replicas >= 0) return replicas;
  const error = invalidValue("spec.replicas", replicas, "must be greater than or equal to 0");
  throw invalid({ group: "autoscaling", kind: "Scale" }, name!, [error]);
}

function setAt(object: Fields, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce((fields, name) => {
    if (!isFields(fields[name])) fields[name] = {};
    return fields[name] as Fields;
  }, object);
  parent[path.at(-1)!] = value;
}
