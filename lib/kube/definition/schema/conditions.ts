/** Splits schemas into structure, which a CRD wants outside `anyOf` and the like, and conditions, which may be inside. */

import { fieldOf, itemsOf, type Place, refuse, valuesOf } from "./definition_error.ts";
import type { ConditionSchema, StructuralSchema } from "./structural_schema.ts";

/** Keywords that may not stand inside `anyOf` and the like. */
const STRUCTURE = new Set([
  "additionalProperties",
  "default",
  "description",
  "items",
  "nullable",
  "properties",
  "title",
  "type",
]);

function isStructure(keyword: string): boolean {
  return STRUCTURE.has(keyword) || keyword.startsWith("x-kubernetes-");
}

/** The conditions of a schema, without its structure. */
export function conditionsOf(schema: StructuralSchema, place: Place): ConditionSchema {
  const own = Object.entries(schema).filter(([keyword]) => !isStructure(keyword));
  const conditions: ConditionSchema = Object.fromEntries(own);
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, field]) => [name, conditionsOf(field, fieldOf(place, name))] as const)
    .filter(([, field]) => !isEmptySchema(field));
  if (fields.length > 0) conditions.properties = Object.fromEntries(fields);
  const items = schema.items && conditionsOf(schema.items, itemsOf(place));
  if (items && !isEmptySchema(items)) conditions.items = items;
  if (schema.additionalProperties && !isEmptySchema(conditionsOf(schema.additionalProperties, valuesOf(place)))) {
    refuse(place, "has conditions on the values of a map inside a union, which a CRD cannot describe");
  }
  return conditions;
}

/** The structure of a schema, without its conditions. */
export function structureOf(schema: StructuralSchema): StructuralSchema {
  const structure: StructuralSchema = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => isStructure(keyword)),
  );
  if (schema.properties) structure.properties = mapValues(schema.properties, structureOf);
  if (schema.items) structure.items = structureOf(schema.items);
  if (schema.additionalProperties) structure.additionalProperties = structureOf(schema.additionalProperties);
  return structure;
}

/**
 * Merges two schemas: the structure of both, with the conditions of the first.
 *
 * @throws {ResourceDefinitionError} If they have different types, or one is open and the other is not.
 */
export function mergeStructure(a: StructuralSchema, b: StructuralSchema, place: Place): StructuralSchema {
  checkSameSort(a, b, place);
  const merged: StructuralSchema = { ...structureOf(b), ...a };
  if (a.nullable || b.nullable) merged.nullable = true;
  if (a.properties && b.properties) merged.properties = mergeFields(a.properties, b.properties, place);
  if (a.items && b.items) merged.items = mergeStructure(a.items, b.items, itemsOf(place));
  if (a.additionalProperties && b.additionalProperties) {
    merged.additionalProperties = mergeStructure(a.additionalProperties, b.additionalProperties, valuesOf(place));
  }
  if (merged.additionalProperties && merged.properties) {
    refuse(place, "has both named fields and a schema for all others, but a CRD allows only one");
  }
  return merged;
}

function checkSameSort(a: StructuralSchema, b: StructuralSchema, place: Place): void {
  const [ours, theirs] = [statedTypeOf(a), statedTypeOf(b)];
  if (ours === undefined || theirs === undefined || ours === theirs) return;
  refuse(
    place,
    `mixes values of different types (${ours} and ${theirs}), but a CRD allows only one: allow any value there`,
  );
}

/** The type that a schema states; `undefined` if it only has conditions. */
function statedTypeOf(schema: StructuralSchema): string | undefined {
  if (schema.type !== undefined) return schema.type;
  if (schema["x-kubernetes-int-or-string"]) return "integer or string";
  return schema["x-kubernetes-preserve-unknown-fields"] ? "any" : undefined;
}

type Fields = Readonly<Record<string, StructuralSchema>>;

function mergeFields(a: Fields, b: Fields, place: Place): Fields {
  const merged = new Map(Object.entries(a));
  for (const [name, field] of Object.entries(b)) {
    const ours = merged.get(name);
    merged.set(name, ours ? mergeStructure(ours, field, fieldOf(place, name)) : structureOf(field));
  }
  return Object.fromEntries(merged);
}

/** Whether a schema has no keywords. */
export function isEmptySchema(schema: object): boolean {
  return Object.keys(schema).length === 0;
}

/** Maps the values of a record. */
export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
