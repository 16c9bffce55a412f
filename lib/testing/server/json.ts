/**
 * Plain JSON values: reading and writing their text, telling them apart, copying, comparing. Whole numbers that a `number`
 * cannot hold are `bigint`s, as far as the API server itself holds them (int64); beyond that it, too, has doubles.
 */

/** A JSON object. */
export type Fields = Record<string, unknown>;

/** The value of a JSON text. @throws {SyntaxError} If it is none. */
export function parseJson(text: string): unknown {
  // Nearly no text has a number that is long enough; looking costs little, a reviver ten times as much as the parsing.
  return LONG_NUMBER.test(text) ? (JSON.parse as ParseWithSource)(text, exactNumber) : JSON.parse(text);
}

const LONG_NUMBER = /\d{16}/;

/** TypeScript does not know yet that a reviver is told how a value was written. */
type ParseWithSource = (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

function exactNumber(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source ?? "")) return value;
  const exact = BigInt(source!);
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

/** The text of a JSON value. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_name, one) => typeof one === "bigint" ? rawJSON(String(one)) : one);
  }
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Whether the value is a JSON object (not an array, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is a number. */
export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** The value when it is a JSON object, else an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The value when it is an array, else an empty one. */
export function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a text, else `undefined`. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A deep copy. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy: Fields = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as Fields)[key]);
  return copy as T;
}

/** Whether two JSON values are the same; the order of an object's fields does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && isSameArray(a, b);
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame((a as Fields)[key], (b as Fields)[key]));
}

function isSameArray(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
}

/** The value at a path of field names, or `undefined`. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, name) => isFields(current) ? current[name] : undefined, value);
}
