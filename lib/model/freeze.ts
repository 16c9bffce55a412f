/** Deep freezing, so that no reader can change an object that others read too. */

/**
 * How many levels are walked by recursion. The API server accepts objects nested 10,000 levels deep, more than the stack may
 * hold; deeper levels are walked with a work list.
 */
const BY_CALLS = 200;

/**
 * Freezes a JSON value and everything in it, however deeply nested. It does not look into values that are frozen already, so
 * freezing twice costs nothing; therefore use it only on parsed values.
 *
 * @returns The same value.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) freeze(value, BY_CALLS);
  return value;
}

function freeze(value: object, levels: number): void {
  if (Object.isFrozen(value)) return;
  if (levels === 0) return freezeByList(value);
  // This runs for every object that is read. Most values are strings: a call for each would double the time.
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const element = value[at];
      if (typeof element === "object" && element !== null) freeze(element, levels - 1);
    }
  } else {
    for (const key in value) {
      const field = value[key as keyof typeof value] as unknown;
      if (typeof field === "object" && field !== null) freeze(field, levels - 1);
    }
  }
  Object.freeze(value);
}

function freezeByList(value: object): void {
  const found = [value];
  for (let next = found.pop(); next; next = found.pop()) {
    if (Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) {
      if (typeof inner === "object" && inner !== null) found.push(inner);
    }
  }
}
