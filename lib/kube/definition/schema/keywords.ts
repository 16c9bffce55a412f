/** Reads the keywords of one schema node into the form that a CRD uses. Does not look into other nodes. */

import { type Place, refuse } from "./definition_error.ts";
import type { JsonSchema } from "./json_schema.ts";
import { MOST_REPETITIONS, toGoPattern } from "./patterns.ts";
import type { JsonType, StructuralSchema } from "./structural_schema.ts";

/** Keywords without a counterpart in a CRD, and their meaning. */
const REFUSED: Readonly<Record<string, string>> = {
  contains: "a condition on some items",
  dependencies: "fields that depend on others",
  dependentRequired: "fields that depend on others",
  dependentSchemas: "fields that depend on others",
  if: "a condition",
  patternProperties: "fields by pattern",
  prefixItems: "a tuple",
};

/** Conditions that are copied unchanged. */
const COPIED = [
  "description",
  "maxItems",
  "maxLength",
  "maxProperties",
  "minItems",
  "minLength",
  "minProperties",
  "multipleOf",
  "title",
] as const;

/** The formats that the API server checks with the same meaning. It ignores others with a warning. */
const FORMATS = new Set(
  "byte cidr date date-time double email float hostname int32 int64 ipv4 ipv6 mac password uri uuid".split(" "),
);

const TYPES: readonly string[] = ["array", "boolean", "integer", "number", "object", "string"] satisfies JsonType[];

/** Reads a node without its fields, items, and `anyOf` and the like. */
export function readKeywords(schema: JsonSchema, place: Place): StructuralSchema {
  for (const [keyword, meaning] of Object.entries(REFUSED)) {
    if (schema[keyword] !== undefined) refuse(place, `has ${meaning} ("${keyword}"), which a CRD cannot describe`);
  }
  const values = readEnum(schema);
  const node: Record<string, unknown> = { ...readType(schema, values, place), ...readBounds(schema) };
  for (const keyword of COPIED) {
    if (schema[keyword] !== undefined) node[keyword] = schema[keyword];
  }
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith("x-kubernetes-")) node[keyword] = value;
  }
  if (values) node.enum = values;
  if (schema.default === null) refuse(place, "has the default null, which a CRD cannot hold: make it optional instead");
  if (schema.default !== undefined) node.default = schema.default;
  if (Array.isArray(schema.required) && schema.required.length > 0) node.required = schema.required;
  return { ...node, ...readFormat(schema), ...readPattern(schema, place), ...readUniqueness(schema, place) };
}

function readEnum(schema: JsonSchema): readonly unknown[] | undefined {
  return schema.const !== undefined ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;
}

/** Reads the type that is given, or that the other keywords imply. */
function readType(schema: JsonSchema, values: readonly unknown[] | undefined, place: Place): StructuralSchema {
  const named = [schema.type ?? impliedTypes(schema, values)].flat();
  const types = [...new Set(named)].filter((type) => type !== "null");
  const nullable = schema.nullable === true || types.length < new Set(named).size;
  const rest = nullable ? { nullable } : {};
  if (types.length === 2 && types.includes("integer") && types.includes("string")) {
    return { ...rest, "x-kubernetes-int-or-string": true };
  }
  const [type, ...more] = types;
  if (more.length > 0) {
    refuse(place, `has several types, but a CRD allows only one: current value is ${types.join(", ")}`);
  }
  if (type !== undefined && !TYPES.includes(String(type))) {
    refuse(place, `has an unknown type: current value is "${type}"`);
  }
  return type === undefined ? rest : { ...rest, type: type as JsonType };
}

function impliedTypes(schema: JsonSchema, values: readonly unknown[] | undefined): unknown[] {
  if (values) return values.map(typeOf);
  if (schema.properties !== undefined || isSchema(schema.additionalProperties)) return ["object"];
  return schema.items === undefined ? [] : ["array"];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function isSchema(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/**
 * Reads bounds of numbers, with exclusive ones as in OpenAPI 3.0. Skips those that only state what JavaScript can
 * represent.
 */
function readBounds(schema: JsonSchema): StructuralSchema {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return {
    ...lowerBound(minimum, exclusiveMinimum),
    ...upperBound(maximum, exclusiveMaximum),
  };
}

function lowerBound(minimum: unknown, exclusive: unknown): StructuralSchema {
  if (typeof exclusive === "number" && !(typeof minimum === "number" && minimum > exclusive)) {
    return { minimum: exclusive, exclusiveMinimum: true };
  }
  if (typeof minimum !== "number" || isLimitOfNumbers(minimum)) return {};
  return exclusive === true ? { minimum, exclusiveMinimum: true } : { minimum };
}

function upperBound(maximum: unknown, exclusive: unknown): StructuralSchema {
  if (typeof exclusive === "number" && !(typeof maximum === "number" && maximum < exclusive)) {
    return { maximum: exclusive, exclusiveMaximum: true };
  }
  if (typeof maximum !== "number" || isLimitOfNumbers(maximum)) return {};
  return exclusive === true ? { maximum, exclusiveMaximum: true } : { maximum };
}

/** Whether a library added the bound because of the number's format: safe integers, or 32 and 64 bits. */
function isLimitOfNumbers(bound: number): boolean {
  return [Number.MAX_SAFE_INTEGER, (2 - 2 ** -23) * 2 ** 127, Number.MAX_VALUE].includes(Math.abs(bound));
}

function readFormat({ format, type, minimum, maximum }: JsonSchema): StructuralSchema {
  if (typeof format === "string" && FORMATS.has(format)) return { format };
  return type === "integer" && minimum === -(2 ** 31) && maximum === 2 ** 31 - 1 ? { format: "int32" } : {};
}

function readPattern({ pattern, format }: JsonSchema, place: Place): StructuralSchema {
  if (typeof pattern !== "string") return {};
  const goPattern = toGoPattern(pattern);
  if (goPattern !== undefined) return { pattern: goPattern };
  // A pattern beside a format is how the library checks the format. The author did not write it and cannot change it.
  if (typeof format === "string") return {};
  refuse(
    place,
    "has a pattern that the API server cannot read, as Go knows no look-around, no back-references and no more than " +
      `${MOST_REPETITIONS} repetitions: current value is ${JSON.stringify(pattern)}`,
  );
}

function readUniqueness({ uniqueItems, items }: JsonSchema, place: Place): StructuralSchema {
  if (uniqueItems !== true) return {};
  const type = (items as JsonSchema | undefined)?.type;
  if (typeof type !== "string" || type === "object" || type === "array") {
    refuse(place, "has unique items, which a CRD can only demand of scalar values of one type");
  }
  return { "x-kubernetes-list-type": "set" };
}
