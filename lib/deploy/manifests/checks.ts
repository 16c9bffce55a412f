/** The checks of single options. Each throws an error that names the option and says what it must be. */

import { OptionsError } from "../../controller/mod.ts";
import { labelKeyProblem, labelValueProblem } from "../../model/mod.ts";
import { shownValue } from "../../time/mod.ts";

/** The longest name of a namespace, and of a label of DNS. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const VARIABLE = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Throws unless the condition holds. */
export function check(condition: boolean, option: string, rule: string, ...value: [unknown?]): asserts condition {
  if (condition) return;
  const shown = value.length > 0 ? `: current value is ${shownValue(value[0])}` : "";
  throw new OptionsError(`Cannot make manifests as ${option} ${rule}${shown}`);
}

/** The name of a namespace. */
export function namespaceName(value: unknown, option: string): string {
  const rule = "must be the name of a namespace, at most 63 lower-case letters, digits and dashes";
  check(typeof value === "string" && LABEL.test(value), option, rule, value);
  return value;
}

/** The name of an object. */
export function objectName(value: unknown, option: string): string {
  check(typeof value === "string" && SUBDOMAIN.test(value), option, "must be the name of an object", value);
  return value;
}

/** True or false. */
export function boolean(value: unknown, option: string): boolean {
  check(typeof value === "boolean", option, "must be true or false", value);
  return value;
}

/** One of some words. */
export function oneOf<T extends string>(value: unknown, option: string, words: readonly T[]): T {
  const rule = `must be ${words.map((word) => `"${word}"`).join(" or ")}`;
  check((words as readonly unknown[]).includes(value), option, rule, value);
  return value as T;
}

/** A list. */
export function list(value: unknown, option: string): readonly unknown[] {
  check(Array.isArray(value), option, "must be a list", value);
  return value;
}

/** An object with fields. */
export function fields(value: unknown, option: string): Readonly<Record<string, unknown>> {
  const rule = "must be an object with fields";
  check(typeof value === "object" && value !== null && !Array.isArray(value), option, rule, value);
  return value as Readonly<Record<string, unknown>>;
}

/** Throws if there are other fields than these. */
export function onlyFields(value: Readonly<Record<string, unknown>>, option: string, known: readonly string[]): void {
  const prefix = option === "" ? "" : `${option}.`;
  for (const field of Object.keys(value)) check(known.includes(field), prefix + field, "is not an option");
}

/** Texts by name. */
export function texts(value: unknown, option: string): Readonly<Record<string, string>> {
  const given = fields(value, option);
  for (const [key, text] of Object.entries(given)) {
    check(typeof text === "string", `${option}.${key}`, "must be a text", text);
  }
  return given as Readonly<Record<string, string>>;
}

/** Labels. */
export function labels(value: unknown, option: string): Readonly<Record<string, string>> {
  const given = texts(value, option);
  for (const [key, text] of Object.entries(given)) {
    check(labelKeyProblem(key) === undefined, option, "has a key that is none of a label", key);
    check(labelValueProblem(text) === undefined, `${option}.${key}`, "must be the value of a label", text);
  }
  return given;
}

/** Annotations. */
export function annotations(value: unknown, option: string): Readonly<Record<string, string>> {
  const given = texts(value, option);
  for (const key of Object.keys(given)) {
    check(labelKeyProblem(key.toLowerCase()) === undefined, option, "has a key that is none of an annotation", key);
  }
  return given;
}

/** Half of a character, or one that controls a terminal: YAML cannot have the former, and Helm drops a map with the latter. */
const UNPRINTABLE = /[\p{Surrogate}\p{Control}\uFFFE\uFFFF]/u;

/** Throws if a text anywhere in a value cannot be printed. */
export function printable(value: unknown, option: string): void {
  if (typeof value === "string") {
    // It is not shown: it may be a secret, or confuse a terminal.
    check(isPrintable(value), option, "must be a text without half characters or control characters");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    check(isPrintable(field), option, "must have names without half characters or control characters");
    printable(inner, Array.isArray(value) ? `${option}[${field}]` : option === "" ? field : `${option}.${field}`);
  }
}

function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text.replaceAll(/[\t\n\r\u0085]/g, ""));
}

/** Variables of a container. */
export function variables(value: unknown, option: string): readonly { readonly name: string }[] {
  return list(value, option).map((entry, at) => {
    const variable = fields(entry, `${option}[${at}]`);
    onlyFields(variable, `${option}[${at}]`, ["name", "value", "valueFrom"]);
    const { name, value: text, valueFrom } = variable;
    const rule = "must be the name of a variable";
    check(typeof name === "string" && VARIABLE.test(name), `${option}[${at}].name`, rule, name);
    const hasOne = (text === undefined) !== (valueFrom === undefined);
    check(hasOne, `${option}[${at}]`, `(${name}) must have either value or valueFrom`);
    // Its value is not shown: it may be a secret.
    check(text === undefined || typeof text === "string", `${option}[${at}].value`, `(of ${name}) must be a text`);
    if (valueFrom !== undefined) fields(valueFrom, `${option}[${at}].valueFrom`);
    return variable as { readonly name: string };
  });
}

/** A port that a process without rights may listen on. */
export function listeningPort(value: unknown, option: string): number {
  const rule = "must be a whole number from 1024 to 65535, as below that a process without rights may not listen";
  check(isWhole(value, 1024, 65_535), option, rule, value);
  return value;
}

/** Ports. */
export function ports(value: unknown, option: string): readonly number[] {
  const given = list(value, option);
  check(given.length > 0, option, "must have an entry");
  for (const port of given) check(isWhole(port, 1, 65_535), option, "must have whole numbers from 1 to 65535", port);
  return given as readonly number[];
}

/** A whole number within bounds. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
