/** Numbers that would be written as something else, by JavaScript's rounding or by JSON: told before they are. Pure. */

import { copyJson } from "./json_copy.ts";

/** From here on the server's own numbers are doubles as well (Go's `float64`), so that nothing is lost by reading them. */
const END_OF_INT64 = 2 ** 63;

/** `JSON.rawJSON`, which TypeScript does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * The body of a write as it can be sent: without numbers whose digits may be others than those that were read, or that JSON
 * does not have.
 *
 * A `number` holds whole numbers exactly up to 2^53 - 1. An int64 beyond that, which Kubernetes allows, comes rounded out of
 * `JSON.parse`; nobody can tell then whether 9007199254740992 was meant. A `bigint` is meant as it stands, and is written so.
 *
 * @param body A JSON value, in which there may be `bigint`s.
 * @param describe Says what is written: `replace Disk default/d`.
 * @returns The same value; another one only when there are `bigint`s in it.
 * @throws {TypeError} If there is such a number; the message names the field.
 */
export function exactBody(body: unknown, describe: () => string): unknown {
  if (!hasInexact(body)) return body;
  refuseNoNumber(body, describe);
  const unsafe = fieldWith(body, isUnsafe);
  if (unsafe) {
    throw new TypeError(
      `Cannot ${describe()} as ${unsafe.path} is a whole number beyond 2^53 - 1, whose last digits may have been ` +
        `rounded: current value is ${unsafe.value}. Keep it as text in a status or a component; elsewhere ` +
        "patch only what has to change, or give it as a bigint",
    );
  }
  return mapBigints(body, (value) => rawJSON(String(value)));
}

/**
 * What is to be compared with what was read, and written where it differs: as JSON will have it, without what is undefined.
 *
 * @throws {TypeError} If there is a `bigint` beyond 2^53 - 1: it cannot be compared with what was read. Or a number that JSON
 * does not have.
 */
export function storedForm(value: unknown, describe: () => string): unknown {
  const text = textOf(value, describe);
  // What JSON does not have has become null.
  if (text.includes("null") && hasSomewhere(value, isNoNumber)) refuseNoNumber(value, describe);
  return JSON.parse(text);
}

function textOf(value: unknown, describe: () => string): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    const tooLarge = hasSomewhere(value, isTooLarge) && fieldWith(value, isTooLarge);
    // Fails once more if it is something else that JSON cannot have.
    if (!tooLarge) return JSON.stringify(mapBigints(value, Number));
    throw new TypeError(
      `Cannot ${describe()} as ${tooLarge.path} is a whole number beyond 2^53 - 1, which cannot be compared with what ` +
        `was read: current value is ${tooLarge.value}. Keep such numbers as text, or write them with a JSON patch`,
      { cause: error },
    );
  }
}

/** Before the digits of a `bigint`, while the rest is made what JSON will have of it. No text begins so. */
const BIGINT = "\0bigint ";

/** A value as JSON will have it, but with its `bigint`s. */
export function plainForm(value: unknown): unknown {
  if (!hasSomewhere(value, isBigint)) return JSON.parse(JSON.stringify(value));
  const text = JSON.stringify(mapBigints(value, (one) => `${BIGINT}${one}`));
  const isMarked = (one: unknown): one is string => typeof one === "string" && one.startsWith(BIGINT);
  return copyJson(JSON.parse(text), { convert: (one) => isMarked(one) ? BigInt(one.slice(BIGINT.length)) : one });
}

function isBigint(value: unknown): value is bigint {
  return typeof value === "bigint";
}

/** A field that would be removed, or lost, without a word: of NaN and Infinity, JSON makes null. */
function refuseNoNumber(value: unknown, describe: () => string): void {
  const found = fieldWith(value, isNoNumber);
  if (!found) return;
  throw new TypeError(`Cannot ${describe()} as ${found.path} must be a finite number: current value is ${found.value}`);
}

function isNoNumber(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

function isUnsafe(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) &&
    Math.abs(value) <= END_OF_INT64;
}

function isTooLarge(value: unknown): boolean {
  return isBigint(value) && !Number.isSafeInteger(Number(value));
}

/** Whether there is a number in a JSON value whose digits may be others than those that were read. */
export function hasUnsafeNumber(value: unknown): boolean {
  return hasSomewhere(value, isUnsafe);
}

/** Whether there is a number that needs care. Every write is asked this. */
function hasInexact(body: unknown): boolean {
  const isSmall = typeof body === "object" && body !== null;
  return !(isSmall && looksLeft(body, LOOKED_AT_BY_CALLS) > 0) && hasSomewhere(body, needsCare);
}

/** How many values are looked at by calls, which is fastest; most bodies have less. */
const LOOKED_AT_BY_CALLS = 500;

/** How many looks are left of so many, after one at each value in an object; 0 when they did not do, or one needs care. */
function looksLeft(value: object, looks: number): number {
  let left = looks;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left > 0; at++) left = lookAt(value[at], left);
  } else {
    for (const key in value) {
      left = lookAt(value[key as keyof typeof value], left);
      if (left === 0) return 0;
    }
  }
  return left;
}

function lookAt(field: unknown, looks: number): number {
  if (typeof field === "string" || typeof field === "boolean") return looks - 1;
  if (needsCare(field)) return 0;
  return typeof field === "object" && field !== null && looks > 1 ? looksLeft(field, looks - 1) : looks - 1;
}

function needsCare(value: unknown): boolean {
  return typeof value === "number" ? isUnsafe(value) || isNoNumber(value) : typeof value === "bigint";
}

/** How many values are looked at before it is remembered which: what holds itself has no end, but is hardly ever there. */
const WITHOUT_MEMORY = 2_000;

/** Whether any value in a JSON value is such a one. It keeps no paths, and no stack of calls. */
function hasSomewhere(body: unknown, matches: (value: unknown) => boolean): boolean {
  const left: unknown[] = [body];
  let seen: Set<object> | undefined;
  for (let looked = 0; left.length > 0; looked++) {
    const value = left.pop();
    if (matches(value)) return true;
    if (typeof value !== "object" || value === null) continue;
    if (looked > WITHOUT_MEMORY) {
      if (seen === undefined) refuseCircle(body);
      if (seen?.has(value)) continue;
      (seen ??= new Set()).add(value);
    }
    if (Array.isArray(value)) { for (const item of value) left.push(item); }
    else for (const name of Object.keys(value)) left.push((value as Record<string, unknown>)[name]);
  }
  return false;
}

/** @throws {TypeError} If the value holds itself: JSON says so by itself, and shows where. */
function refuseCircle(body: unknown): void {
  try {
    JSON.stringify(body, (_, one) => isBigint(one) ? null : one);
  } catch (cause) {
    if (cause instanceof TypeError) throw new TypeError("Cannot write a value as it contains itself", { cause });
  }
}

/** A value and its path, such as `spec.disks[0].serial`. */
interface Found {
  readonly path: string;
  readonly value: unknown;
}

/** The first field with such a value. */
function fieldWith(body: unknown, matches: (value: unknown) => boolean): Found | undefined {
  const left: Found[] = [{ path: "", value: body }];
  const seen = new Set<object>();
  for (let found = left.pop(); found; found = left.pop()) {
    const { path, value } = found;
    if (matches(value)) return { path: path || "it", value };
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const inner = Object.entries(value);
    // The first one last, as that is taken next.
    for (let at = inner.length - 1; at >= 0; at--) {
      const [name, field] = inner[at]!;
      left.push({ value: field, path: isPatchValue(value, name) ? value.path : pathTo(path, name, value) });
    }
  }
  return undefined;
}

/** Whether it is the value of an operation of a JSON patch, which names the field itself. */
function isPatchValue(value: object, name: string): value is { readonly path: string } {
  return name === "value" && "op" in value && "path" in value && typeof value.path === "string";
}

function pathTo(path: string, name: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${name}]`;
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function mapBigints(body: unknown, map: (value: bigint) => unknown): unknown {
  return copyJson(body, {
    convert: (value) => typeof value === "bigint" ? map(value) : value,
    isWhole: (value) => "toJSON" in value,
  });
}
