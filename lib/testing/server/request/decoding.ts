/** Decodes request bodies into objects of the resource's kind. */

import { load as parseYaml } from "js-yaml";
import {
  badRequest,
  DecodingError,
  depthProblem,
  duplicateFields,
  type Fields,
  invalid,
  invalidValue,
  isFields,
  jsonText,
  parseJson,
  type ServerObject,
  StatusError,
  unsupportedMediaType,
} from "../values/mod.ts";
import { readMetadata } from "./metadata.ts";
import type { ResourceRequest } from "./request.ts";
import { apiVersionOf, type Resource } from "../store/mod.ts";

/** The media type of a header, without parameters. */
export function mediaType(contentType: string): string {
  return contentType.split(";")[0]!.trim();
}

/** How a write treats unknown and duplicate fields. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** Decodes the object of a create or update. @throws {StatusError} If the body is not an object of the resource's kind. */
export function decodeObject(request: ResourceRequest, validation: FieldValidation = "Warn"): ServerObject {
  const { body = "", contentType, resource } = request;
  const fields = parseBody(body, contentType, resource);
  try {
    const problems = validation === "Ignore" ? [] : duplicatesIn(body);
    const object = objectOf(fields, resource, problems);
    report(request, validation, problems);
    return object;
  } catch (error) {
    throw error instanceof DecodingError ? cannotBeHandled(resource, error.message) : error;
  }
}

/** Decodes the object that results from a patch. @throws {StatusError} If it is no longer of the resource's kind. */
export function decodePatched(fields: Fields, request: ResourceRequest, validation: FieldValidation): ServerObject {
  const shown = () => jsonText(fields);
  try {
    checkPatchedVersion(fields, request.resource);
    const problems = validation === "Ignore" ? [] : duplicatesIn(request.body ?? "");
    const object = objectOf({ ...fields }, request.resource, problems);
    report(request, validation, problems);
    return object;
  } catch (error) {
    const wrongKind = error instanceof StatusError && error.httpCode === 400;
    if (!(error instanceof DecodingError) && !wrongKind) throw error;
    const why = error instanceof StatusError ? error.status.message! : error.message;
    throw invalid({ group: "", kind: "" }, "", [invalidValue("patch", shown(), why)]);
  }
}

/** A patch must not change the version of a custom kind. */
function checkPatchedVersion({ kind, apiVersion, metadata }: Fields, resource: Resource): void {
  const expected = apiVersionOf(resource);
  if (!resource.custom || typeof kind !== "string" || apiVersion === expected) return;
  const name = isFields(metadata) ? String(metadata.name ?? "") : "";
  throw invalid({ group: "", kind }, name, [invalidValue("apiVersion", apiVersion ?? "", `must be ${expected}`)]);
}

function duplicatesIn(text: string): string[] {
  return text.trimStart().startsWith("{") ? duplicateFields(text).map((path) => problemOf("duplicate", path)) : [];
}

function problemOf(what: "unknown" | "duplicate", path: string): string {
  return `${what} field ${JSON.stringify(path)}`;
}

/** Warns about problems with fields, or refuses them. */
function report({ warnings }: ResourceRequest, validation: FieldValidation, problems: readonly string[]): void {
  if (problems.length === 0 || validation === "Ignore") return;
  if (validation === "Strict") throw new DecodingError(`strict decoding error: ${problems.join(", ")}`);
  for (const problem of problems) warnings.add(problem);
}

/** Parses a body in JSON or YAML. */
function parseBody(text: string, contentType: string, resource: Resource): Fields {
  const type = mediaType(contentType);
  if (!["", "*/*", "application/json", "application/yaml"].includes(type)) {
    throw unsupportedMediaType(["application/json", "application/yaml"]);
  }
  const tooDeep = depthProblem(text);
  if (tooDeep !== undefined) {
    throw unrecognized(text, resource, `couldn't get version/kind; json parse error: ${tooDeep}`);
  }
  try {
    const value: unknown = type === "application/yaml" ? parseYaml(text) : parseJson(text);
    if (isFields(value)) return value;
    if (value === null && !resource.custom) return {};
  } catch (error) {
    throw unrecognized(text, resource, `couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
  throw unrecognized(text, resource, "couldn't get version/kind; json parse error: it is not an object");
}

function unrecognized(text: string, { kind }: Resource, why: string): Error {
  const start = text.length > 30 ? `${text.slice(0, 30)} ...` : text;
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${start})`);
}

/**
 * Turns a client's fields into an object of the resource. Changes the fields. @throws {DecodingError} If they cannot be
 * decoded.
 */
function objectOf(fields: Fields, resource: Resource, problems: string[]): ServerObject {
  checkType(fields, resource);
  const unknown: string[] = [];
  const object = typedObject(resource.strategy.read(fields, unknown), resource);
  problems.push(...unknown.map((path) => problemOf("unknown", path)));
  return object;
}

/** Turns fields into an object of the resource, with kind, version and decoded metadata. */
export function typedObject(fields: Fields, resource: Resource): ServerObject {
  const read = readMetadata(fields.metadata);
  if ("mistyped" in read) {
    const { field, found, expected } = read.mistyped;
    throw new DecodingError(`json: cannot unmarshal ${found} into Go struct field ${field} of type ${expected}`);
  }
  return { ...fields, kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: read.metadata };
}

/** 400: the body is an object of another kind. */
export function cannotBeHandled({ kind, version }: Resource, why: string): Error {
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
}

/** Built-in kinds may omit kind and version; custom ones may not. */
function checkType(fields: Fields, resource: Resource): void {
  const expected = apiVersionOf(resource);
  const { kind, apiVersion } = fields;
  if (resource.custom) return checkCustomType(fields, resource);
  if ((kind === undefined || kind === resource.kind) && (apiVersion === undefined || apiVersion === expected)) return;
  if (apiVersion !== undefined && apiVersion !== expected) throw wrongVersion(String(apiVersion), expected);
  throw badRequest(
    `${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ` +
      `converting (${resource.version}.${kind}) to (core.${resource.kind}): unknown conversion`,
  );
}

function checkCustomType(fields: Fields, resource: Resource): void {
  const { kind, apiVersion } = fields;
  if (typeof kind !== "string" || kind === "") {
    const text = jsonText(fields);
    throw unrecognized(text, resource, `Object 'Kind' is missing in '${text}'`);
  }
  if (apiVersion !== apiVersionOf(resource)) throw wrongVersion(String(apiVersion ?? ""), apiVersionOf(resource));
  if (kind === resource.kind) return;
  const name = isFields(fields.metadata) ? String(fields.metadata.name ?? "") : "";
  throw invalid({ group: resource.group, kind }, name, [invalidValue("kind", kind, `must be ${resource.kind}`)]);
}

function wrongVersion(given: string, expected: string): Error {
  return badRequest(`the API version in the data (${given}) does not match the expected API version (${expected})`);
}
