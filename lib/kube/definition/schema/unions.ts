/**
 * Converts `allOf`, `anyOf`, `oneOf` and `not` to the form that a CRD allows: the structure outside, only conditions
 * inside.
 */

import { conditionsOf, isEmptySchema, mapValues, mergeStructure, structureOf } from "./conditions.ts";
import { type Place, refuse } from "./definition_error.ts";
import type { StructuralSchema, ValueConditions } from "./structural_schema.ts";

/** The keywords that combine schemas. */
export type Junctor = "allOf" | "anyOf" | "oneOf";

/**
 * Combines a schema with the branches of one of its junctors.
 *
 * @param own The schema outside the junctor.
 * @param branches The structural schemas inside it.
 */
export function joinBranches(
  own: StructuralSchema,
  junctor: Junctor,
  branches: readonly StructuralSchema[],
  place: Place,
): StructuralSchema {
  if (branches.length === 0) return own;
  const simple = junctor === "allOf" ? undefined : asEnum(own, branches) ?? asIntOrString(own, branches, place);
  if (simple) return simple;
  if (junctor !== "allOf") refuseDefaults(branches, place);
  const typed = junctor === "allOf" ? branches : branches.map(markOpen);
  const merged = typed.reduce((whole, branch) => mergeStructure(whole, branch, place), own);
  const conditions = branches.map((branch) => conditionsOf(branch, place));
  return conditions.every(isEmptySchema) ? merged : { ...merged, [junctor]: conditions };
}

/** Says of each value in a branch that may be anything that it is open: other branches cannot make it a text then. */
function markOpen(schema: StructuralSchema): StructuralSchema {
  const { description: _, title: __, ...rest } = schema;
  if (isEmptySchema(rest)) return { ...schema, "x-kubernetes-preserve-unknown-fields": true };
  const marked = { ...schema };
  if (schema.properties) marked.properties = mapValues(schema.properties, markOpen);
  if (schema.items) marked.items = markOpen(schema.items);
  return marked;
}

/** Turns a union of constants of one type into one list of values. */
function asEnum(own: StructuralSchema, branches: readonly StructuralSchema[]): StructuralSchema | undefined {
  const type = branches[0]!.type;
  const plain = branches.every((branch) =>
    branch.type === type && branch.enum && Object.keys(branch).every((keyword) => ["type", "enum"].includes(keyword))
  );
  if (!plain || type === undefined || own.type !== undefined || own.enum) return undefined;
  return { ...own, type, enum: branches.flatMap((branch) => branch.enum!) };
}

/** An integer or a string: the only union of types that a CRD knows. */
function asIntOrString(
  own: StructuralSchema,
  branches: readonly StructuralSchema[],
  place: Place,
): StructuralSchema | undefined {
  const [text, ...texts] = branches.filter((branch) => branch.type === "string");
  const [number, ...numbers] = branches.filter((branch) => branch.type === "integer");
  if (!text || !number || branches.length !== 2 || texts.length + numbers.length > 0 || own.type !== undefined) {
    return undefined;
  }
  refuseDefaults(branches, place);
  // Conditions on strings do not affect numbers, nor the other way round. Lists of values do, so they become rules.
  const rules = [...valueRule("string", text.enum), ...valueRule("int", number.enum)];
  const { enum: _, ...ofText }: ValueConditions = conditionsOf(text, place);
  const { enum: __, format: ___, ...ofNumber }: ValueConditions = conditionsOf(number, place);
  const joined: StructuralSchema = { ...own, ...ofText, ...ofNumber, "x-kubernetes-int-or-string": true };
  if (text.nullable || number.nullable) joined.nullable = true;
  if (rules.length > 0) joined["x-kubernetes-validations"] = [...own["x-kubernetes-validations"] ?? [], ...rules];
  return joined;
}

function valueRule(type: "string" | "int", values: readonly unknown[] | undefined): object[] {
  if (!values) return [];
  const list = JSON.stringify(values);
  return [{
    rule: `type(self) != ${type} || self in ${list}`,
    message: `as ${type === "int" ? "number" : "text"}, must be one of ${list}`,
  }];
}

/** Refuses a default in a branch: it would apply to all branches. */
function refuseDefaults(branches: readonly StructuralSchema[], place: Place): void {
  if (branches.some(hasStructureOfOneBranch)) {
    refuse(place, "has a default or a rule inside a union, which a CRD cannot describe: put it outside");
  }
}

function hasStructureOfOneBranch(schema: StructuralSchema): boolean {
  if (schema.default !== undefined || schema["x-kubernetes-validations"] !== undefined) return true;
  const inside = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return inside.some((inner) => inner !== undefined && hasStructureOfOneBranch(inner));
}

/** Combines a schema with one that must not match. */
export function exclude(own: StructuralSchema, excluded: StructuralSchema, place: Place): StructuralSchema {
  const not = conditionsOf(excluded, place);
  if (isEmptySchema(not)) refuse(place, "excludes values by type, or allows none at all, which a CRD cannot describe");
  return { ...mergeStructure(own, structureOf(excluded), place), not };
}
