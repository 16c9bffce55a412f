/** Checks that the validation of many kinds shares, with the API server's messages. */

import {
  arrayOf,
  type FieldError,
  type Fields,
  fieldsOf,
  forbiddenField,
  invalidValue,
  isFields,
  nameErrors,
  notSupported,
  qualifiedNameProblem,
  qualifiedNameProblems,
  required,
  shown,
} from "../values/mod.ts";
import { formatProblem } from "../schema/mod.ts";

/** The items of a list that are objects, with their paths. */
export function itemsOf(value: unknown, path: string): [item: Fields, at: string][] {
  return arrayOf(value).map((item, index) => [fieldsOf(item), `${path}[${index}]`]);
}

/** A given number must not be negative. */
export function notNegative(fields: Fields, names: readonly string[], path: string): FieldError[] {
  return names.flatMap((name) => {
    const value = fields[name];
    if (typeof value !== "number" || value >= 0) return [];
    return [invalidValue(`${path}.${name}`, value, "must be greater than or equal to 0")];
  });
}

/** A given text must be one of these. */
export function oneOf(fields: Fields, name: string, path: string, allowed: readonly string[]): FieldError[] {
  const value = fields[name];
  if (value === undefined || allowed.includes(value as string)) return [];
  return [notSupported(path === "" ? name : `${path}.${name}`, value, allowed)];
}

/** A field that must be set. */
export function mustHave(fields: Fields, names: readonly string[], path: string): FieldError[] {
  return names.filter((name) => !fields[name]).map((name) => required(path === "" ? name : `${path}.${name}`));
}

/** A given name must follow the rules for object names. */
export function named(fields: Fields, name: string, path: string, rules: "subdomain" | "label"): FieldError[] {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? nameErrors(value, rules, `${path}.${name}`) : [];
}

/** A port's number. */
export function portErrors(value: unknown, field: string): FieldError[] {
  if (typeof value === "number" && value >= 1 && value <= 65535) return [];
  return [invalidValue(field, value, "must be between 1 and 65535, inclusive")];
}

/** A port's name. */
export function portNameErrors(name: string, field: string): FieldError[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) problems.push("must contain at least one letter (a-z)");
  if (name.includes("--")) problems.push("must not contain consecutive hyphens");
  if (/^-|-$/.test(name)) problems.push("must not begin or end with a hyphen");
  return problems.map((problem) => invalidValue(field, name, problem));
}

/** A port by number or name. */
export function anyPortErrors(value: unknown, field: string): FieldError[] {
  return typeof value === "string" ? portNameErrors(value, field) : portErrors(value, field);
}

/** A count or a percentage. */
export function countOrShare(value: unknown, field: string): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === "number") {
    return value >= 0 ? [] : [invalidValue(field, value, "must be greater than or equal to 0")];
  }
  if (/^[0-9]+%$/.test(String(value))) return [];
  const why = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
    "regex used for validation is '[0-9]+%')";
  return [invalidValue(field, value, why)];
}

/** A percentage must not exceed 100. */
export function notMoreThanAll(value: unknown, field: string): FieldError[] {
  const share = /^([0-9]+)%$/.exec(String(value))?.[1];
  return Number(share) > 100 ? [invalidValue(field, value, "must not be greater than 100%")] : [];
}

/** Whether a count or percentage is zero. */
export function isNothing(value: unknown): boolean {
  return value === 0 || value === "0%";
}

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Labels in a spec, such as those of a selector. */
export function labelErrors(labels: unknown, field: string): FieldError[] {
  return Object.entries(fieldsOf(labels)).flatMap(([key, value]) => {
    const errors = qualifiedNameProblems(key).map((problem) => invalidValue(field, key, problem));
    if (LABEL_VALUE.test(String(value))) return errors;
    const why =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must " +
      "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for " +
      "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    return [...errors, invalidValue(field, value, why)];
  });
}

/** A label selector. */
export function selectorErrors(selector: unknown, path: string): FieldError[] {
  if (!isFields(selector)) return [];
  const expressions = itemsOf(selector.matchExpressions, `${path}.matchExpressions`);
  return [...labelErrors(selector.matchLabels, `${path}.matchLabels`), ...expressions.flatMap(expressionErrors)];
}

function expressionErrors([{ key, operator, values }, at]: [Fields, string]): FieldError[] {
  const errors: FieldError[] = [];
  const given = arrayOf(values).length > 0;
  if (operator === "In" || operator === "NotIn") {
    if (!given) errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (given) errors.push(forbiddenField(`${at}.values`, why));
  } else errors.push(invalidValue(`${at}.operator`, operator, "not a valid selector operator"));
  const problem = qualifiedNameProblem(String(key));
  return problem ? [...errors, invalidValue(`${at}.key`, key, problem)] : errors;
}

/** Errors for names that occur twice. */
export function duplicates(items: readonly [Fields, string][], name: string): FieldError[] {
  const seen = new Set<unknown>();
  return items.flatMap(([item, at]) => {
    const value = item[name];
    if (!value) return [];
    if (seen.has(value)) return [duplicate(`${at}.${name}`, value)];
    seen.add(value);
    return [];
  });
}

/** The error for a value that occurs twice. */
export function duplicate(field: string, value: unknown): FieldError {
  return { reason: "FieldValueDuplicate", field, message: `Duplicate value: ${shown(value)}` };
}

/** Whether a value is an IP address. */
export function isAddress(value: unknown): boolean {
  return typeof value === "string" && (!formatProblem(value, "ipv4") || !formatProblem(value, "ipv6"));
}

/** The error for a value that is not an IP address. */
export function notAnAddress(field: string, value: unknown): FieldError {
  return invalidValue(field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
}

/** A range of IP addresses. */
export function rangeErrors(value: unknown, field: string): FieldError[] {
  if (typeof value === "string" && !formatProblem(value, "cidr")) return [];
  return [invalidValue(field, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}
