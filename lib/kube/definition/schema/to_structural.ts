/** Converts JSON Schema to the structural schema of a CRD. */

import { isEmptySchema, mapValues } from "./conditions.ts";
import { fieldOf, itemsOf, type Place, refuse, valuesOf } from "./definition_error.ts";
import type { JsonSchema } from "./json_schema.ts";
import { readKeywords } from "./keywords.ts";
import { inlineReferences } from "./references.ts";
import type { StructuralSchema } from "./structural_schema.ts";
import { exclude, joinBranches, type Junctor } from "./unions.ts";

const JUNCTORS: readonly Junctor[] = ["allOf", "anyOf", "oneOf"];

/**
 * Converts a JSON Schema to the structural schema that allows the same values, as far as a CRD can express it.
 *
 * The API server does not refuse fields that a schema does not name, it prunes them. So `additionalProperties: false`
 * is implied.
 *
 * @throws {ResourceDefinitionError} If a CRD cannot describe the values. The message names the place.
 */
export function toStructuralSchema(schema: JsonSchema, place: Place): StructuralSchema {
  return settle(convert(inlineReferences(schema, place), place));
}

function convert(schema: unknown, place: Place): StructuralSchema {
  if (schema === true) return {};
  if (typeof schema !== "object" || schema === null) {
    refuse(place, `has no schema: current value is ${JSON.stringify(schema)}`);
  }
  const node = flattenNull(schema as JsonSchema);
  if (isNull(node)) refuse(place, "can only be null, which a CRD cannot describe");
  let result = { ...readKeywords(node, place), ...convertFields(node, place), ...convertItems(node, place) };
  for (const junctor of JUNCTORS) {
    const branches = node[junctor];
    if (Array.isArray(branches)) {
      result = joinBranches(result, junctor, branches.map((branch) => convert(branch, place)), place);
    }
  }
  return node.not === undefined ? result : exclude(result, convert(node.not, place), place);
}

/** Turns a union with null into the other branch, made nullable, and a union of one branch into that branch. */
function flattenNull(schema: JsonSchema): JsonSchema {
  for (const junctor of ["anyOf", "oneOf"] as const) {
    const branches = schema[junctor];
    if (!Array.isArray(branches)) continue;
    const { [junctor]: _, ...rest } = schema;
    const others = branches.filter((branch) => !isNull(branch));
    const nullable = others.length < branches.length ? { nullable: true } : {};
    if (others.length === 1 && isDisjoint(rest, others[0])) return flattenNull({ ...others[0], ...rest, ...nullable });
    if (others.length < branches.length) return { ...rest, ...nullable, [junctor]: others };
  }
  return schema;
}

function isNull(schema: JsonSchema): boolean {
  const { type, const: value, enum: values } = schema;
  return type === "null" || value === null || Array.isArray(values) && values.length === 1 && values[0] === null;
}

/** Whether two schemas have no keyword in common, so that one may be merged into the other. */
function isDisjoint(a: JsonSchema, b: JsonSchema): boolean {
  const overwritten = new Set(["default", "description", "title"]);
  return Object.keys(a).every((keyword) => overwritten.has(keyword) || !Object.hasOwn(b, keyword));
}

function convertFields({ properties, additionalProperties }: JsonSchema, place: Place): StructuralSchema {
  const fields = properties === undefined
    ? undefined
    : mapValues(properties as JsonSchema, (field, name) => convert(field, fieldOf(place, name)));
  if (additionalProperties === undefined || additionalProperties === false) return fields ? { properties: fields } : {};
  if (!fields || isEmptySchema(fields)) return { additionalProperties: convert(additionalProperties, valuesOf(place)) };
  if (additionalProperties !== true && !isEmptySchema(additionalProperties as object)) {
    refuse(place, "has both named fields and a schema for all others, but a CRD allows only one");
  }
  return { properties: fields, "x-kubernetes-preserve-unknown-fields": true };
}

function convertItems({ items, type }: JsonSchema, place: Place): StructuralSchema {
  if (Array.isArray(items)) refuse(place, 'has a tuple ("items" as a list), which a CRD cannot describe');
  if (items === undefined && type !== "array") return {};
  return { items: convert(items ?? {}, itemsOf(place)) };
}

/** Marks open values as open, because a CRD would prune them, and drops empty schemas. */
function settle(schema: StructuralSchema): StructuralSchema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const settled: StructuralSchema = rest;
  if (schema.nullable && schema.enum) allowNull(settled, schema.enum);
  if (isOpen(schema)) settled["x-kubernetes-preserve-unknown-fields"] = true;
  if (properties && !isEmptySchema(properties)) settled.properties = mapValues(properties, settle);
  if (items) settled.items = settle(items);
  if (additionalProperties) settled.additionalProperties = settle(additionalProperties);
  return settled;
}

/**
 * Allows null in an `enum` as well: the API server refuses null beside an `enum`, even if null is in it, unless it is
 * inside `allOf`.
 */
function allowNull(schema: StructuralSchema, values: readonly unknown[]): void {
  delete schema.enum;
  schema.allOf = [...schema.allOf ?? [], { enum: values.filter((value) => value !== null) }];
}

function isOpen({ type, properties, additionalProperties, ...rest }: StructuralSchema): boolean {
  if (type === undefined) return !rest["x-kubernetes-int-or-string"];
  return type === "object" && properties === undefined && additionalProperties === undefined;
}
