/**
 * JSON values: parsing, printing, classifying, copying and comparing. Integers that a `number` cannot represent are
 * `bigint`s, up to int64 as in the API server itself; beyond that it uses doubles, too.
 */

/** A JSON object. */
export type Fields = Record<string, unknown>;

/** Parses a JSON text. @throws {SyntaxError} If it is invalid. */
export function parseJson(text: string): unknown {
  // Few texts have such long numbers. The test is cheap; a reviver is ten times as expensive as parsing.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  try {
    return (JSON.parse as ParseWithSource)(text, exactNumber);
  } catch (error) {
    // A reviver cannot handle very deep values; then numbers are rounded.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

const LONG_NUMBER = /\d{16}/;

/** TypeScript does not know yet that a reviver gets the source text. */
type ParseWithSource = (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

function exactNumber(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source ?? "")) return value;
  const exact = BigInt(source!);
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

/** Prints a JSON value. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return deepText(value);
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_name, one) => typeof one === "bigint" ? rawJSON(String(one)) : one);
  }
}

/** The same for values that are too deep for the engine's own function. */
function deepText(value: unknown): string {
  let text = "";
  const work: (string | { readonly value: unknown })[] = [{ value }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === "string") text += next;
    else work.push(...partsOfText(next.value).reverse());
  }
  return text;
}

function partsOfText(value: unknown): (string | { readonly value: unknown })[] {
  if (typeof value !== "object" || value === null) {
    return [typeof value === "bigint" ? String(value) : JSON.stringify(value)];
  }
  const between = (index: number) => index === 0 ? "" : ",";
  if (Array.isArray(value)) {
    return ["[", ...value.flatMap((item, index) => [between(index), { value: item ?? null }]), "]"];
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const parts = fields.flatMap((
    [name, field],
    index,
  ) => [`${between(index)}${JSON.stringify(name)}:`, { value: field }]);
  return ["{", ...parts, "}"];
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Whether the value is a JSON object (not an array, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** The value if it is a JSON object, otherwise an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The value if it is an array, otherwise an empty one. */
export function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a text, otherwise `undefined`. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The most levels that recursive functions follow. Deeper values are walked without recursion, or taken as a whole. */
export const DEEPEST = 400;

/** A deep copy. */
export function copyOf<T>(value: T, depth = 0): T {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return copyDeep(value);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1)) as T;
  const copy: Fields = {};
  for (const key of Object.keys(value)) put(copy, key, copyOf((value as Fields)[key], depth + 1));
  return copy as T;
}

/** Sets an own field of any name. */
export function put(fields: Fields, name: string, value: unknown): void {
  if (name !== "__proto__") fields[name] = value;
  else Object.defineProperty(fields, name, { value, configurable: true, enumerable: true, writable: true });
}

/** The own field of an object; `undefined` if there is none. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A deep copy that uses no more stack for deeper values. */
function copyDeep<T>(value: T): T {
  const shell = (from: unknown): unknown => Array.isArray(from) ? [] : isFields(from) ? {} : from;
  const result = shell(value);
  const work: [from: object, to: object][] = [[value as object, result as object]];
  for (let next = work.pop(); next; next = work.pop()) {
    const [from, to] = next;
    for (const [key, item] of Object.entries(from)) {
      const copy = shell(item);
      if (Array.isArray(to)) to.push(copy);
      else put(to as Fields, key, copy);
      if (copy !== item) work.push([item, copy as object]);
    }
  }
  return result as T;
}

/** Whether two JSON values are equal; the order of fields does not matter. */
export function isSame(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (depth > DEEPEST) return isSameDeep(a, b);
  const keys = sharedKeys(a, b);
  return keys !== undefined &&
    keys.every((key) => isSame((a as Fields)[key], (b as Fields)[key], depth + 1));
}

/** The keys of two objects, or the indexes of two arrays; `undefined` if they differ. */
function sharedKeys(a: object, b: object): string[] | undefined {
  if (Array.isArray(a) !== Array.isArray(b)) return undefined;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return undefined;
  return keys.every((key) => Object.hasOwn(b, key)) ? keys : undefined;
}

/** The same, using no more stack for deeper values. */
function isSameDeep(a: object, b: object): boolean {
  const work: [unknown, unknown][] = [[a, b]];
  for (let next = work.pop(); next; next = work.pop()) {
    const [left, right] = next;
    if (left === right) continue;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    const keys = sharedKeys(left, right);
    if (!keys) return false;
    for (const key of keys) work.push([(left as Fields)[key], (right as Fields)[key]]);
  }
  return true;
}

/** The value at a path of field names, or `undefined`. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, name) => isFields(current) ? own(current, name) : undefined, value);
}
