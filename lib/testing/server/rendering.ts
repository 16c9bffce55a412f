/** How objects become text: whole, as metadata only, or as items of a list. Texts are made once per stored object. */

import { type Fields, jsonText } from "./json.ts";
import type { ServerObject } from "./object.ts";
import { apiVersionOf, type Resource } from "./resource.ts";
import { StatusError } from "./status.ts";

/** What the answer shows of objects. */
export type Shape = "whole" | "metadata" | "metadataList";

const encoded = new WeakMap<ServerObject, string>();

/** The text of an object without `kind` and `apiVersion`, from its opening brace. */
function bodyOf(object: ServerObject): string {
  let text = encoded.get(object);
  if (text === undefined) {
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
    text = jsonText(rest);
    encoded.set(object, text);
  }
  return text;
}

/** What a request wants to see, by its `Accept`. @throws {StatusError} If there is no such representation. */
export function shapeOf(accept: string): Shape {
  for (const type of accept.split(",").map((part) => part.trim())) {
    const [media, ...parameters] = type.split(";").map((part) => part.trim());
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    if (as === "PartialObjectMetadata") return "metadata";
    if (as === "PartialObjectMetadataList") return "metadataList";
    if (as === undefined && ["", "*/*", "application/*", "application/json"].includes(media!)) return "whole";
  }
  throw new StatusError(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json", {});
}

/** The text of one object. */
export function renderObject(object: ServerObject, resource: Resource, shape: Shape): string {
  if (shape === "metadata") {
    const metadata = jsonText(object.metadata);
    return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadata}}`;
  }
  if (shape === "metadataList") throw notShown("PartialObjectMetadataList", `the requested object is not a list`);
  return renderWhole(object, resource);
}

function renderWhole(object: ServerObject, resource: Resource): string {
  const shown = resource.conversion ? resource.conversion.fromStored(object) : object;
  return `{"kind":"${resource.kind}","apiVersion":"${apiVersionOf(resource)}",${bodyOf(shown).slice(1)}`;
}

/** The text of a list. */
export function renderList(
  objects: readonly ServerObject[],
  resource: Resource,
  shape: Shape,
  metadata: Fields,
): string {
  if (shape === "metadata") {
    throw notShown("PartialObjectMetadata", `the requested object is a list (*${resource.listKind})`);
  }
  const head = JSON.stringify(metadata);
  if (shape === "metadataList") {
    const items = objects.map((object) => renderObject(object, resource, "metadata")).join(",");
    return `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":${head},"items":[${items}]}`;
  }
  const items = objects.map((object) => renderItem(object, resource)).join(",");
  return `{"kind":"${resource.listKind}","apiVersion":"${
    apiVersionOf(resource)
  }","metadata":${head},"items":[${items}]}`;
}

/** As the API server: items of built-in kinds do not repeat kind and apiVersion, those of custom kinds do. */
function renderItem(object: ServerObject, resource: Resource): string {
  if (resource.custom) return renderWhole(object, resource);
  return bodyOf(resource.conversion ? resource.conversion.fromStored(object) : object);
}

function notShown(shape: string, why: string): StatusError {
  return new StatusError(406, "NotAcceptable", `you requested ${shape}, but ${why}`);
}
