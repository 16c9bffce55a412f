/** Evaluates the rules of schemas (`x-kubernetes-validations`) on an object. */

import { celProgram } from "./cel_environment.ts";
import { celValue } from "./cel_values.ts";
import {
  type FieldError,
  type Fields,
  forbiddenField,
  invalidValue,
  isFields,
  isSame,
  required,
  shown,
  StatusError,
} from "../values/mod.ts";
import { counterpartIn } from "./schema_correlation.ts";
import { type Rule, type Schema, schemaOfField } from "./schema.ts";

const ruled = new WeakMap<Schema, boolean>();

/** Whether a schema contains rules anywhere. */
export function hasRules(schema: Schema): boolean {
  let known = ruled.get(schema);
  if (known === undefined) {
    const { properties = {}, additionalProperties, items } = schema;
    const parts = [...Object.values(properties), ...[additionalProperties, items].filter(isFields) as Schema[]];
    known = (schema["x-kubernetes-validations"]?.length ?? 0) > 0 || parts.some(hasRules);
    ruled.set(schema, known);
  }
  return known;
}

/**
 * The errors of broken rules.
 *
 * @param value The value.
 * @param schema Its schema.
 * @param path The value's path; empty for the whole object.
 * @param old The previous value; `undefined` if there is no corresponding one.
 */
export function ruleErrors(value: unknown, schema: Schema, path: string, old: unknown): FieldError[] {
  if (value === null || value === undefined || !hasRules(schema)) return [];
  const errors = (schema["x-kubernetes-validations"] ?? []).flatMap((rule) =>
    brokenRule(rule, value, schema, path, old)
  );
  if (Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries()) {
      errors.push(...ruleErrors(item, schema.items, `${path}[${index}]`, counterpartIn(old, item, schema)));
    }
  }
  if (isFields(value)) {
    for (const [name, field] of Object.entries(value)) {
      const inner = schemaOfField(schema, name);
      const at = schema.properties && Object.hasOwn(schema.properties, name) || path === ""
        ? path === "" ? name : `${path}.${name}`
        : `${path}[${name}]`;
      const before = isFields(old) && Object.hasOwn(old, name) ? old[name] : undefined;
      if (inner) errors.push(...ruleErrors(field, inner, at, before));
    }
  }
  return errors;
}

function brokenRule(rule: Rule, value: unknown, schema: Schema, path: string, old: unknown): FieldError[] {
  const isTransition = /\boldSelf\b/.test(rule.rule);
  const optional = rule.optionalOldSelf === true;
  if (isTransition && old === undefined && !optional) return [];
  const root = path === "";
  const self = celValue(root ? ofRoot(value as Fields) : value, schema);
  const before = old === undefined ? undefined : celValue(root ? ofRoot(old as Fields) : old, schema);
  const context = { self, oldSelf: optional ? optionalOf(before) : before };
  try {
    if (celProgram(rule.rule)(context) === true) return [];
  } catch (error) {
    return [invalidValue(path, schema.type, `${messageOf(error, rule)} evaluating rule: ${rule.message || rule.rule}`)];
  }
  // A violation that existed before may stay.
  if (!isTransition && old !== undefined && isSame(value, old)) return [];
  return [
    ruleError(rule, value, schema, rule.fieldPath ? `${path}${rule.fieldPath}` : path, messageFor(rule, context)),
  ];
}

/** Of metadata, rules only see the names. */
function ofRoot(object: Fields): Fields {
  const { name, generateName } = isFields(object.metadata) ? object.metadata : {};
  const metadata = { ...(name ? { name } : {}), ...(generateName ? { generateName } : {}) };
  return { ...object, metadata };
}

function optionalOf(value: unknown): unknown {
  return celProgram(value === undefined ? "optional.none()" : "optional.of(self)")({ self: value });
}

function messageFor(rule: Rule, context: { self: unknown; oldSelf?: unknown }): string {
  const said = rule.message || `failed rule: ${rule.rule.trim()}`;
  if (!rule.messageExpression) return said;
  try {
    const text = celProgram(rule.messageExpression)(context);
    return typeof text === "string" && text.trim() !== "" && !text.includes("\n") ? text : said;
  } catch {
    return said; // as the API server: a message that cannot be made is no reason to refuse for another reason
  }
}

function ruleError({ reason }: Rule, value: unknown, schema: Schema, path: string, message: string): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return forbiddenField(path, message);
    case "FieldValueRequired":
      return required(path, message);
    case "FieldValueDuplicate":
      return { reason, field: path, message: `Duplicate value: ${shown(value)}` };
    default:
      if (schema.type !== "object" && schema.type !== "array") return invalidValue(path, value, message);
      return { reason: "FieldValueInvalid", field: path, message: `Invalid value: ${message}` };
  }
}

/** @throws {StatusError} If the rule needs a function that is not known here. */
function messageOf(error: unknown, { rule }: Rule): string {
  const message = (error as Error).message.split("\n")[0]!;
  if (/no matching overload/.test(message)) {
    const why =
      `Cannot evaluate a rule as the embedded cluster does not know a function of it: ${message}: current value is ` +
      rule;
    throw new StatusError(500, "InternalError", why);
  }
  return message.replace(/^No such key/, "no such key");
}
