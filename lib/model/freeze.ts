/** Freezing: what is handed out to several readers cannot be changed by any of them. */

/**
 * Freezes a JSON value and everything in it. What is frozen already is not looked into, so freezing twice costs nothing:
 * only freeze values that were made by parsing, or by this function.
 *
 * @returns The same value.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  // This runs for every object that is read. Most values are texts: a call for each would double the time.
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const element = value[at];
      if (typeof element === "object") deepFreeze(element);
    }
  } else {
    for (const key in value) {
      const field = value[key];
      if (typeof field === "object") deepFreeze(field);
    }
  }
  return Object.freeze(value);
}
