/** Formats a wrong value for an error. */

/** A value as errors show it; objects and functions only by their type. Never throws, unlike `String` and `JSON.stringify`. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const isPlain = value === null || typeof value !== "object" && typeof value !== "function";
  return isPlain ? String(value) : `of type ${typeof value}`;
}
