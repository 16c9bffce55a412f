/** Finds numbers that JavaScript or JSON would change, before they are written. Pure. */

import { copyJson } from "./json_copy.ts";

/** From here on the server's own numbers are doubles as well (Go's `float64`), so reading them loses nothing. */
const END_OF_INT64 = 2 ** 63;

/** `JSON.rawJSON`, which TypeScript does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * Makes the body of a write. Refuses numbers that may have lost digits when they were read, or that JSON does not have.
 *
 * A `number` is exact for integers up to 2^53 - 1. Kubernetes also allows larger int64 values, which `JSON.parse`
 * rounds. Then nobody can tell whether 9007199254740992 was really meant. A `bigint` is exact, and is written as it is.
 *
 * @param body A JSON value, which may contain `bigint`s.
 * @param describe Names the write: `replace Disk default/d`.
 * @returns The same value, or a copy if it contains `bigint`s.
 * @throws {TypeError} If there is such a number. The message names the field.
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
 * The form in which JSON stores a value, to compare it with what was read: without undefined fields.
 *
 * @throws {TypeError} If there is a `bigint` beyond 2^53 - 1, which cannot be compared with what was read, or a number
 * that JSON does not have.
 */
export function storedForm(value: unknown, describe: () => string): unknown {
  const text = textOf(value, describe);
  // JSON writes null for values that it does not have.
  if (text.includes("null") && hasSomewhere(value, isNoNumber)) refuseNoNumber(value, describe);
  return JSON.parse(text);
}

function textOf(value: unknown, describe: () => string): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    const tooLarge = hasSomewhere(value, isTooLarge) && fieldWith(value, isTooLarge);
    // This throws again if the value is something else that JSON does not have.
    if (!tooLarge) return JSON.stringify(mapBigints(value, Number));
    throw new TypeError(
      `Cannot ${describe()} as ${tooLarge.path} is a whole number beyond 2^53 - 1, which cannot be compared with what ` +
        `was read: current value is ${tooLarge.value}. Keep such numbers as text, or write them with a JSON patch`,
      { cause: error },
    );
  }
}

/** A prefix for the digits of a `bigint` while the rest is serialized. No real text begins with it. */
const BIGINT = "\0bigint ";

/** The form in which JSON stores a value, but with its `bigint`s. */
export function plainForm(value: unknown): unknown {
  if (!hasSomewhere(value, isBigint)) return JSON.parse(JSON.stringify(value));
  const text = JSON.stringify(mapBigints(value, (one) => `${BIGINT}${one}`));
  const isMarked = (one: unknown): one is string => typeof one === "string" && one.startsWith(BIGINT);
  return copyJson(JSON.parse(text), { convert: (one) => isMarked(one) ? BigInt(one.slice(BIGINT.length)) : one });
}

function isBigint(value: unknown): value is bigint {
  return typeof value === "bigint";
}

/** Refuses NaN and Infinity: JSON would silently write null, which removes the field. */
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

/** Whether a JSON value contains a number that may have lost digits when it was read. */
export function hasUnsafeNumber(value: unknown): boolean {
  return hasSomewhere(value, isUnsafe);
}

/** Whether a body contains a number that needs care. This runs for every write. */
function hasInexact(body: unknown): boolean {
  const isSmall = typeof body === "object" && body !== null;
  return !(isSmall && looksLeft(body, LOOKED_AT_BY_CALLS) > 0) && hasSomewhere(body, needsCare);
}

/** How many values are checked recursively, which is fastest. Most bodies have fewer. */
const LOOKED_AT_BY_CALLS = 500;

/** Checks the values in an object, and returns how many checks are left; 0 if they did not suffice, or a number needs care. */
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

/**
 * How many values are checked before visited ones are remembered. A value that contains itself would never end, but is
 * rare.
 */
const WITHOUT_MEMORY = 2_000;

/** Whether any value inside a JSON value matches. Not recursive, and keeps no paths. */
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

/** @throws {TypeError} If the value contains itself. The JSON error, as the cause, shows where. */
function refuseCircle(body: unknown): void {
  try {
    JSON.stringify(body, (_, one) => isBigint(one) ? null : one);
  } catch (cause) {
    if (cause instanceof TypeError) throw new TypeError("Cannot write a value as it contains itself", { cause });
  }
}

/** A value with its path, such as `spec.disks[0].serial`. */
interface Found {
  readonly path: string;
  readonly value: unknown;
}

/** The first field whose value matches. */
function fieldWith(body: unknown, matches: (value: unknown) => boolean): Found | undefined {
  const left: Found[] = [{ path: "", value: body }];
  const seen = new Set<object>();
  for (let found = left.pop(); found; found = left.pop()) {
    const { path, value } = found;
    if (matches(value)) return { path: path || "it", value };
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const inner = Object.entries(value);
    // Reversed, because the last one is taken first.
    for (let at = inner.length - 1; at >= 0; at--) {
      const [name, field] = inner[at]!;
      left.push({ value: field, path: isPatchValue(value, name) ? value.path : pathTo(path, name, value) });
    }
  }
  return undefined;
}

/** Whether the value belongs to an operation of a JSON patch, which names the field itself. */
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
