/** Whole numbers that JavaScript's `number` cannot hold exactly: told before they are written with other digits. Pure. */

import { copyJson } from "./json_copy.ts";

/** From here on the server's own numbers are doubles as well (Go's `float64`), so that nothing is lost by reading them. */
const END_OF_INT64 = 2 ** 63;

/** `JSON.rawJSON`, which TypeScript does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * The body of a write as it can be sent: without numbers whose digits may be others than those that were read.
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
  const unsafe = fieldWith(body, isUnsafe);
  if (unsafe) {
    throw new TypeError(
      `Cannot ${describe()} as ${unsafe.path} is a whole number beyond 2^53 - 1, whose last digits may be others than ` +
        `those that were read: current value is ${unsafe.value}. Patch only what is to change, or give it as a bigint`,
    );
  }
  return mapBigints(body, (value) => rawJSON(String(value)));
}

/**
 * What is to be compared with what was read, and written where it differs: as JSON will have it, without what is undefined.
 *
 * @throws {TypeError} If there is a `bigint` beyond 2^53 - 1: it cannot be compared with what was read.
 */
export function storedForm(value: unknown, describe: () => string): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null));
  } catch (error) {
    const tooLarge = fieldWith(value, (one) => typeof one === "bigint" && !isSafe(one));
    if (tooLarge) {
      throw new TypeError(
        `Cannot ${describe()} as ${tooLarge.path} is a whole number beyond 2^53 - 1, which cannot be compared with what ` +
          `was read: current value is ${tooLarge.value}. Keep such numbers as text, or write them with a JSON patch`,
        { cause: error },
      );
    }
    if (!hasInexact(value)) throw error;
    return JSON.parse(JSON.stringify(mapBigints(value, Number)));
  }
}

function isUnsafe(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) &&
    Math.abs(value) <= END_OF_INT64;
}

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

/** Whether there is a number in a JSON value whose digits may be others than those that were read. */
export function hasUnsafeNumber(value: unknown): boolean {
  return hasInexact(value) && fieldWith(value, isUnsafe) !== undefined;
}

/** How many values are looked at before it is remembered which: what holds itself has no end, but is hardly ever there. */
const WITHOUT_MEMORY = 2_000;

/** Whether there is a number that needs care. Every write is asked this, so it keeps no paths, and no stack of calls. */
function hasInexact(body: unknown): boolean {
  const left: unknown[] = [body];
  const seen = new Set<object>();
  for (let looked = 0; left.length > 0; looked++) {
    const value = left.pop();
    if (typeof value === "number" ? isUnsafe(value) : typeof value === "bigint") return true;
    if (typeof value !== "object" || value === null) continue;
    if (looked > WITHOUT_MEMORY) {
      if (seen.has(value)) continue;
      seen.add(value);
    }
    if (Array.isArray(value)) { for (const item of value) left.push(item); }
    else for (const name of Object.keys(value)) left.push((value as Record<string, unknown>)[name]);
  }
  return false;
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
