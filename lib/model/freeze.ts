/** Freezing: what is handed out to several readers cannot be changed by any of them. */

/**
 * Freezes a JSON value and everything in it. What is frozen already is not looked into, so freezing twice costs nothing:
 * only freeze values that were made by parsing, or by this function.
 *
 * @returns The same value.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // A for-in loop makes no array of the values: this runs for every object that is read.
  for (const key in value) deepFreeze(value[key]);
  return value;
}
