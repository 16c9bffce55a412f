/** Validates values by a structural schema, with the API server's messages. */

import {
  type FieldError,
  goRegExp,
  invalidValue,
  isFields,
  isNumber,
  isSame,
  jsonText,
  notSupported,
  required,
  shown,
  tooLong,
} from "../values/mod.ts";
import { keyEdge } from "../fields/mod.ts";
import { counterpartIn } from "./schema_correlation.ts";
import { formatProblem } from "./schema_formats.ts";
import { type Schema, schemaOfField } from "./schema.ts";

/**
 * The errors of a value that does not match its schema.
 *
 * @param value The value.
 * @param schema The schema.
 * @param path The value's path, such as `spec`; empty for the whole object.
 * @param old The previous value: violations that existed before may stay.
 * @returns The errors; none if the value matches.
 */
export function schemaErrors(value: unknown, schema: Schema, path: string, old?: unknown): FieldError[] {
  if (value === null && schema.nullable) return [];
  if (old !== undefined && isSame(value, old)) return [];
  const typeError = wrongType(value, schema, path);
  if (typeError) return [typeError, ...fractionErrors(value, schema, path), ...enumErrors(value, schema, path)];
  return [
    ...combinationErrors(value, schema, path),
    ...(typeof value === "string" ? textErrors(value, schema, path) : []),
    ...(isNumber(value) ? numberErrors(value, schema, path) : []),
    ...(Array.isArray(value) ? listErrors(value, schema, path, old) : []),
    ...enumErrors(value, schema, path),
    ...(isFields(value) ? objectErrors(value, schema, path, old) : []),
  ];
}

function typeNameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function wrongType(value: unknown, schema: Schema, path: string): FieldError | undefined {
  const found = typeNameOf(value);
  const allowed = schema["x-kubernetes-int-or-string"]
    ? ["integer", "string"]
    : schema.type
    ? [schema.type]
    : undefined;
  if (!allowed || allowed.includes(found as never)) return undefined;
  if (found === "integer" && allowed.includes("number")) return undefined;
  const why = `${path} in body must be of type ${allowed.join(",")}: ${shown(found)}`;
  return { ...invalidValue(path, found, why), reason: "FieldValueTypeInvalid" };
}

/** The API server reports this a second time, with another message. */
function fractionErrors(value: unknown, schema: Schema, path: string): FieldError[] {
  if (schema.type !== "integer" || typeof value !== "number") return [];
  return [invalidValue("<nil>", "", `Checked value must be of type integer (default format) in ${path}`)];
}

function enumErrors(value: unknown, schema: Schema, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((allowed) => isSame(allowed, value))) return [];
  return [notSupported(path, value, schema.enum)];
}

function tooMany(path: string, count: number, limit: number): FieldError {
  const message = `Too many: ${count}: must have at most ${limit} item${limit === 1 ? "" : "s"}`;
  return { reason: "FieldValueTooMany", field: path, message };
}

function textErrors(value: string, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) errors.push(tooLong(path, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !goRegExp(schema.pattern).test(value)) {
    errors.push(invalidValue(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  const problem = schema.format === undefined ? undefined : formatProblem(value, schema.format);
  if (problem) {
    const why = `${path} in body must be of type ${schema.format}: ${shown(value)}`;
    errors.push({ ...invalidValue(path, value, why), reason: "FieldValueTypeInvalid" });
  }
  return errors;
}

function numberErrors(value: number | bigint, schema: Schema, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const errors: FieldError[] = [];
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    errors.push(
      invalidValue(
        path,
        value,
        `${path} in body should be less than ${exclusiveMaximum ? "" : "or equal to "}${maximum}`,
      ),
    );
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    errors.push(
      invalidValue(
        path,
        value,
        `${path} in body should be greater than ${exclusiveMinimum ? "" : "or equal to "}${minimum}`,
      ),
    );
  }
  if (multipleOf !== undefined && !Number.isInteger(Number(value) / multipleOf)) {
    errors.push(invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function listErrors(value: readonly unknown[], schema: Schema, path: string, old: unknown): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.items) {
    for (const [index, item] of value.entries()) {
      errors.push(...schemaErrors(item, schema.items, `${path}[${index}]`, counterpartIn(old, item, schema)));
    }
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    errors.push(tooMany(path, value.length, schema.maxItems));
  }
  return errors;
}

/** Duplicates in lists that must not have any. */
export function duplicateErrors(value: unknown, schema: Schema, path: string): FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    const inner = items ? value.flatMap((item, index) => duplicateErrors(item, items, `${path}[${index}]`)) : [];
    return [...duplicatesIn(value, schema, path), ...inner];
  }
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const inner = schemaOfField(schema, name);
    return inner && !isSystemField(path, name)
      ? duplicateErrors(field, inner, path === "" ? name : `${path}.${name}`)
      : [];
  });
}

function duplicatesIn(value: readonly unknown[], schema: Schema, path: string): FieldError[] {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "map" && listType !== "set") return [];
  const keys = Object.fromEntries((schema["x-kubernetes-list-map-keys"] ?? []).map((key) => [key, undefined]));
  const idOf = (item: unknown) => listType === "map" ? keyEdge(item, keys).slice(2) : jsonText(item);
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const id = idOf(item);
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ reason: "FieldValueDuplicate", field: `${path}[${index}]`, message: `Duplicate value: ${id}` }];
  });
}

function objectErrors(value: Record<string, unknown>, schema: Schema, path: string, old: unknown): FieldError[] {
  const at = (name: string) => path === "" ? name : `${path}.${name}`;
  const errors: FieldError[] = [];
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    errors.push(invalidValue(path, count, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    errors.push(tooMany(path, count, schema.maxProperties));
  }
  for (const [name, field] of Object.entries(value)) {
    const inner = schemaOfField(schema, name);
    const before = isFields(old) && Object.hasOwn(old, name) ? old[name] : undefined;
    if (inner && !isSystemField(path, name)) errors.push(...schemaErrors(field, inner, at(name), before));
  }
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name) || value[name] === undefined);
  return [...errors, ...missing.map((name) => required(at(name)))];
}

/** The server validates metadata itself; a schema may only restrict the name. */
function isSystemField(path: string, name: string): boolean {
  return path === "" && (name === "metadata" || name === "apiVersion" || name === "kind");
}

/** Errors of combined schemas have no field, as in the API server. */
function combined(path: string, why: string): FieldError {
  return invalidValue("<nil>", "", `${shown(path)} ${why}`);
}

function combinationErrors(value: unknown, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const valid = (part: Schema) => schemaErrors(value, part, path).length === 0;
  if (schema.anyOf && !schema.anyOf.some(valid)) {
    errors.push(combined(path, "must validate at least one schema (anyOf)"), ...bestMatch(value, schema.anyOf, path));
  }
  const count = schema.oneOf?.filter(valid).length;
  if (schema.oneOf && count === 0) {
    errors.push(combined(path, "must validate one and only one schema (oneOf). Found none valid"));
    errors.push(...bestMatch(value, schema.oneOf, path));
  } else if (count !== undefined && count > 1) {
    errors.push(combined(path, `must validate one and only one schema (oneOf). Found ${count} valid alternatives`));
  }
  const parts = (schema.allOf ?? []).map((part) => schemaErrors(value, part, path));
  errors.push(...parts.flat());
  const broken = parts.filter((found) => found.length > 0).length;
  if (broken > 0) {
    const none = broken === parts.length ? ". None validated" : "";
    errors.push(combined(path, `must validate all the schemas (allOf)${none}`));
  }
  if (schema.not && valid(schema.not)) errors.push(combined(path, "must not validate the schema (not)"));
  return errors;
}

function bestMatch(value: unknown, alternatives: readonly Schema[], path: string): FieldError[] {
  const all = alternatives.map((part) => schemaErrors(value, part, path));
  return all.reduce((best, errors) => errors.length < best.length ? errors : best);
}
