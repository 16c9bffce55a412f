/** Expressions of CEL that a policy is made of. Pure text. */

/** A text as CEL writes it. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** A list of texts. */
export function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

/** Whether any of some conditions holds; never, if there are none. */
export function either(...conditions: readonly string[]): string {
  if (conditions.length === 0) return "false";
  return conditions.length === 1 ? conditions[0]! : conditions.map((condition) => `(${condition})`).join(" || ");
}

/** Whether all conditions hold; always, if there are none. */
export function every(...conditions: readonly string[]): string {
  if (conditions.length === 0) return "true";
  return conditions.length === 1 ? conditions[0]! : conditions.map((condition) => `(${condition})`).join(" && ");
}
