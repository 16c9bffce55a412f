/** Compares JSON values. This is own code because loading `node:util` would nearly double the start time of a process. */

/**
 * Levels that are compared recursively. Deeper ones use a list, because the stack may hold fewer levels than an API
 * server accepts.
 */
const BY_CALLS = 200;

/** Whether two JSON values are equal, at any depth. The order of keys does not matter, the order of list items does. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  return equals(a, b, BY_CALLS);
}

function equals(a: unknown, b: unknown, levels: number): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (levels === 0) return equalsByList(a, b);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && listEquals(a, b, levels - 1);
  return recordEquals(a as Record<string, unknown>, b as Record<string, unknown>, levels - 1);
}

function listEquals(a: readonly unknown[], b: readonly unknown[], levels: number): boolean {
  return a.length === b.length && a.every((value, index) => equals(value, b[index], levels));
}

function recordEquals(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  levels: number,
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key], levels));
}

function equalsByList(a: object, b: object): boolean {
  const pairs: [object, object][] = [[a, b]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [left, right] = pair;
    const keys = sameKeys(left, right);
    if (!keys) return false;
    for (const key of keys) {
      const [one, other] = [fieldOf(left, key), fieldOf(right, key)];
      if (one === other) continue;
      if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
      pairs.push([one, other]);
    }
  }
  return true;
}

/** The keys of both, or the indices of lists; `undefined` if they differ. */
function sameKeys(a: object, b: object): readonly string[] | undefined {
  if (Array.isArray(a) !== Array.isArray(b)) return undefined;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key)) ? keys : undefined;
}

function fieldOf(record: object, key: string): unknown {
  return (record as Readonly<Record<string, unknown>>)[key];
}
