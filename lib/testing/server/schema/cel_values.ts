/** Converts object values for rules: integers, times, and escaped names that CEL could not express. */

import { celDuration } from "./cel_environment.ts";
import { DEEPEST, type Fields, isFields, put } from "../values/mod.ts";
import { type Schema, schemaOfField } from "./schema.ts";

/** Reserved words of CEL; a field with such a name is written with underscores around it. */
const RESERVED =
  "true false null in as break const continue else for function if import let loop package namespace return var void while"
    .split(" ");

/** The name of a declared field in a rule. */
function celName(name: string): string {
  if (RESERVED.includes(name)) return `__${name}__`;
  return name.replaceAll("__", "__underscores__").replaceAll(".", "__dot__").replaceAll("-", "__dash__")
    .replaceAll("/", "__slash__");
}

/** Converts a value by its schema. */
export function celValue(value: unknown, schema: Schema | undefined, depth = 0): unknown {
  if (depth > DEEPEST) return value;
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return numberOf(value, schema);
  if (typeof value === "string") return textOf(value, schema);
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items, depth + 1));
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const [name, field] of Object.entries(value)) {
    const declared = schema?.properties !== undefined && Object.hasOwn(schema.properties, name);
    const converted = celValue(field, schema && schemaOfField(schema, name), depth + 1);
    put(result, declared ? celName(name) : name, converted);
  }
  return result;
}

function numberOf(value: number, schema: Schema | undefined): bigint | number {
  return schema?.type !== "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function textOf(value: string, schema: Schema | undefined): unknown {
  switch (schema?.format) {
    case "date":
    case "date-time":
      return new Date(value);
    case "duration":
      return celDuration(value);
    case "byte":
      return Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    default:
      return value;
  }
}
