/**
 * Reduces CRDs to a form that can be compared. The API server does not store empty texts, lists and records, `false`
 * and zero if absence means the same. If it means something else, as for `minimum: 0`, it stores them.
 */

import type { CrdVersion } from "./crd_manifest.ts";
import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** Schema fields that are not stored if they are empty. For others this is not true, or not known. */
const EMPTY_IN_SCHEMA = new Set([
  ...["description", "format", "pattern", "title", "type"],
  ...["exclusiveMaximum", "exclusiveMinimum", "nullable", "uniqueItems"],
  ...["x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"],
  ...["allOf", "anyOf", "enum", "oneOf", "required", "x-kubernetes-list-map-keys", "x-kubernetes-validations"],
  "properties",
]);
const EMPTY_IN_RULE = new Set(["fieldPath", "message", "messageExpression"]);
const EMPTY_IN_COLUMN = new Set(["description", "format", "priority"]);

/** Schema fields that contain a schema, or a list or record of schemas. */
const SCHEMAS = new Set(["additionalProperties", "items", "not"]);
const LISTS_OF_SCHEMAS = new Set(["allOf", "anyOf", "oneOf"]);

/** The comparable form of a version. */
export function normalVersion(version: CrdVersion): unknown {
  const { served, storage, schema, subresources = {}, additionalPrinterColumns } = version;
  return {
    ...{ served, storage, subresources },
    // An old definition may have no schema.
    schema: { openAPIV3Schema: normalSchema((schema as typeof schema | undefined)?.openAPIV3Schema) },
    additionalPrinterColumns: (additionalPrinterColumns ?? []).map((column) => withoutEmpty(column, EMPTY_IN_COLUMN)),
  };
}

function normalSchema(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const normal = Object.entries(withoutEmpty(schema, EMPTY_IN_SCHEMA)).map((
    [key, value],
  ) => [key, normalField(key, value)]);
  return Object.fromEntries(normal);
}

function normalField(key: string, value: unknown): unknown {
  if (SCHEMAS.has(key)) return normalSchema(value);
  if (LISTS_OF_SCHEMAS.has(key) && Array.isArray(value)) return value.map(normalSchema);
  if (key === "x-kubernetes-validations" && Array.isArray(value)) {
    return value.map((rule) => isJsonObject(rule) ? withoutEmpty(rule, EMPTY_IN_RULE) : rule);
  }
  if (key !== "properties" || !isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, normalSchema(field)]));
}

/** Removes absent fields, and empty ones among those named. */
function withoutEmpty(fields: object, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => value !== undefined && !(names.has(key) && saysNothing(value))),
  );
}

function saysNothing(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}
