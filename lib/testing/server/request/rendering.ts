/** Renders objects as text: complete, metadata only, or as list items. The text of a stored object is cached. */

import { badRequest, type Fields, jsonText, type ServerObject, StatusError } from "../values/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import type { ResourceRequest } from "./request.ts";
import { apiVersionOf, type Column, type Resource } from "../store/mod.ts";

/** The form of objects in an answer. */
export type Shape = "whole" | "metadata" | "metadataList" | TableShape;

/** Objects as rows of a table, for people. */
export interface TableShape {
  readonly columns: readonly Column[];
  /** What each row contains of its object. */
  readonly rows: "Metadata" | "Object" | "None";
  readonly clock: Clock;
}

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

/**
 * The form that a request asks for with `Accept`. A request for a table of a kind that has none here gets the objects
 * themselves.
 *
 * @throws {StatusError} If there is no such form.
 */
export function shapeOf({ accept, query, resource }: ResourceRequest, clock: Clock): Shape {
  let tabular = false;
  for (const type of accept.split(",").map((part) => part.trim())) {
    const [media, ...parameters] = type.split(";").map((part) => part.trim());
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    tabular ||= as === "Table";
    if (as === "Table" && resource.columns) {
      return { columns: resource.columns, rows: rowsOf(query.get("includeObject") || "Metadata"), clock };
    }
    if (as === "PartialObjectMetadata") return "metadata";
    if (as === "PartialObjectMetadataList") return "metadataList";
    if (as === undefined && ["", "*/*", "application/*", "application/json"].includes(media!)) return "whole";
  }
  if (tabular) return "whole";
  throw new StatusError(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json", {});
}

function rowsOf(text: string): TableShape["rows"] {
  if (text === "Metadata" || text === "Object" || text === "None") return text;
  const why = `Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
}

/** The text of one object. */
export function renderObject(object: ServerObject, resource: Resource, shape: Shape): string {
  if (shape === "metadata") {
    const metadata = jsonText(object.metadata);
    return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadata}}`;
  }
  if (shape === "metadataList") throw notShown("PartialObjectMetadataList", `the requested object is not a list`);
  if (shape !== "whole") {
    const { resourceVersion } = object.metadata;
    return renderTable([object], resource, shape, resourceVersion === undefined ? {} : { resourceVersion });
  }
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
  const head = JSON.stringify(shape === "metadataList" ? withoutEmptyToken(metadata) : metadata);
  if (shape === "metadataList") {
    const items = objects.map((object) => renderObject(object, resource, "metadata")).join(",");
    return `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":${head},"items":[${items}]}`;
  }
  if (shape !== "whole") return renderTable(objects, resource, shape, metadata);
  const items = objects.map((object) => renderItem(object, resource)).join(",");
  return `{"kind":"${resource.listKind}","apiVersion":"${
    apiVersionOf(resource)
  }","metadata":${head},"items":[${items}]}`;
}

/** Only lists of custom objects keep an empty continue token. */
function withoutEmptyToken(metadata: Fields): Fields {
  const { continue: token, ...rest } = metadata;
  return token ? metadata : rest;
}

/** The text of a table. A watch sends the columns only once. */
export function renderTable(
  objects: readonly ServerObject[],
  resource: Resource,
  { columns, rows, clock }: TableShape,
  metadata: Fields,
  headed = true,
): string {
  const head = headed ? columns.map(({ cell: _cell, ...column }) => column) : null;
  const texts = objects.map((object) => {
    const shown = resource.conversion ? resource.conversion.fromStored(object) : object;
    const cells = jsonText(columns.map(({ cell }) => cell(shown, clock.now())));
    const carried = rows === "None" ? "null" : renderObject(object, resource, rows === "Object" ? "whole" : "metadata");
    return `{"cells":${cells},"object":${carried}}`;
  });
  const definitions = `"columnDefinitions":${JSON.stringify(head)}`;
  const shownMetadata = JSON.stringify(withoutEmptyToken(metadata));
  const table = `"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${shownMetadata}`;
  return `{${table},${definitions},"rows":[${texts.join(",")}]}`;
}

/** Like the API server, items of built-in kinds omit kind and apiVersion, and those of custom kinds do not. */
function renderItem(object: ServerObject, resource: Resource): string {
  if (resource.custom) return renderWhole(object, resource);
  return bodyOf(resource.conversion ? resource.conversion.fromStored(object) : object);
}

function notShown(shape: string, why: string): StatusError {
  return new StatusError(406, "NotAcceptable", `you requested ${shape}, but ${why}`);
}
