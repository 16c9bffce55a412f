/**
 * What a CRD says, without what says nothing. The API server does not store empty texts, lists and records, `false` and zero
 * where absence means the same; where it does not, as in `minimum: 0`, it does.
 */

import type { CrdVersion } from "./crd_manifest.ts";
import { isJsonObject, type JsonObject } from "../json/mod.ts";

/** Fields of a schema that are absent when they are empty. Of others, it is not so, or not known. */
const EMPTY_IN_SCHEMA = new Set([
  ...["description", "format", "pattern", "title", "type"],
  ...["exclusiveMaximum", "exclusiveMinimum", "nullable", "uniqueItems"],
  ...["x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"],
  ...["allOf", "anyOf", "enum", "oneOf", "required", "x-kubernetes-list-map-keys", "x-kubernetes-validations"],
  "properties",
]);
const EMPTY_IN_RULE = new Set(["fieldPath", "message", "messageExpression"]);
const EMPTY_IN_COLUMN = new Set(["description", "format", "priority"]);

/** Fields of a schema that hold a schema, a list or a record of them. */
const SCHEMAS = new Set(["additionalProperties", "items", "not"]);
const LISTS_OF_SCHEMAS = new Set(["allOf", "anyOf", "oneOf"]);

/** What a version says, as far as a definition says it. */
export function normalVersion(version: CrdVersion): unknown {
  const { served, storage, schema, subresources = {}, additionalPrinterColumns } = version;
  return {
    ...{ served, storage, subresources },
    // Of an old definition, there may be none.
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

/** Absent fields, and those of the names given that say nothing, left out. */
function withoutEmpty(fields: object, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => value !== undefined && !(names.has(key) && saysNothing(value))),
  );
}

function saysNothing(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}
