/** What was given where a number or a duration should be, as errors show it. */

/** A value for people. Never throws, as `String` and `JSON.stringify` do for some: it may be anything that a user has. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const isPlain = value === null || typeof value !== "object" && typeof value !== "function";
  return isPlain ? String(value) : `of type ${typeof value}`;
}
