/** Numbers that would be written as something else, by JavaScript's rounding or by JSON: told before they are. Pure. */

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
  const unsafe = fieldWith(body, isUnsafe, "");
  if (unsafe) {
    throw new TypeError(
      `Cannot ${describe()} as ${unsafe.path} is a whole number beyond 2^53 - 1, whose last digits may be others than ` +
        `those that were read: current value is ${unsafe.value}. Keep it as text in a status or a component; elsewhere ` +
        "patch only what is to change, or give it as a bigint",
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
    const tooLarge = hasSomewhere(value, isTooLarge) && fieldWith(value, isTooLarge, "");
    // Fails once more if it is something else that JSON cannot have.
    if (!tooLarge) return JSON.stringify(mapBigints(value, Number));
    throw new TypeError(
      `Cannot ${describe()} as ${tooLarge.path} is a whole number beyond 2^53 - 1, which cannot be compared with what ` +
        `was read: current value is ${tooLarge.value}. Keep such numbers as text, or write them with a JSON patch`,
      { cause: error },
    );
  }
}

/** A `bigint`, while the rest is made what JSON will have of it. No field has such a name. */
const BIGINT = "\0bigint";

/** A value as JSON will have it, but with its `bigint`s. */
export function plainForm(value: unknown): unknown {
  const text = JSON.stringify(value, (_, one) => isBigint(one) ? { [BIGINT]: String(one) } : one);
  if (!text.includes("bigint")) return JSON.parse(text);
  return JSON.parse(text, (_, one) => one !== null && Object.hasOwn(Object(one), BIGINT) ? BigInt(one[BIGINT]) : one);
}

function isBigint(value: unknown): value is bigint {
  return typeof value === "bigint";
}

/** A field that would be removed, or lost, without a word: of NaN and Infinity, JSON makes null. */
function refuseNoNumber(value: unknown, describe: () => string): void {
  const found = fieldWith(value, isNoNumber, "");
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
  return hasSomewhere(body, needsCare);
}

function needsCare(value: unknown): boolean {
  return typeof value === "number" ? isUnsafe(value) || isNoNumber(value) : isBigint(value);
}

/** More values than this no API server takes: it reads bodies of up to 3 MiB, in which each has two bytes at the least. */
const MOST_VALUES = 2_000_000;

/** Whether any value in a JSON value is such a one. It keeps no paths, and no stack of calls. */
function hasSomewhere(body: unknown, matches: (value: unknown) => boolean): boolean {
  const left: unknown[] = [body];
  for (let seen = 0; left.length > 0; seen++) {
    if (seen > MOST_VALUES) {
      throw new TypeError(`Cannot write a value as it holds itself, or more than ${MOST_VALUES} other values`);
    }
    const value = left.pop();
    if (matches(value)) return true;
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) { for (const item of value) left.push(item); }
    else for (const name of Object.keys(value)) left.push((value as Record<string, unknown>)[name]);
  }
  return false;
}

/** The first field with such a value, and its path, such as `spec.disks[0].serial`. */
function fieldWith(
  value: unknown,
  matches: (value: unknown) => boolean,
  path: string,
): { readonly path: string; readonly value: unknown } | undefined {
  if (matches(value)) return { path: path || "it", value };
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = fieldWith(inner, matches, isPatchValue(value, name) ? value.path : pathTo(path, name, value));
    if (found) return found;
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

function mapBigints(value: unknown, map: (value: bigint) => unknown): unknown {
  if (isBigint(value)) return map(value);
  if (typeof value !== "object" || value === null || "toJSON" in value) return value;
  if (Array.isArray(value)) return value.map((item) => mapBigints(item, map));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapBigints(inner, map)]));
}
