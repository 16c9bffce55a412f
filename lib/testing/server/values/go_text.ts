/** Prints values and types as Go does in messages: `map[name:m port:80]`. */

import { isFields } from "./json.ts";

export function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isFields(value)) return value === null || value === undefined ? "<nil>" : String(value);
  return `map[${Object.keys(value).sort().map((name) => `${name}:${goText(value[name])}`).join(" ")}]`;
}

/** The name of a JSON value's type in the API server's messages. */
export function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "number";
  return isFields(value) ? "object" : typeof value;
}
