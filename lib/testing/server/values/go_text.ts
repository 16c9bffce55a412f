/** Values as Go prints them in messages: `map[name:m port:80]`. */

import { isFields } from "./json.ts";

/** The text of a value. */
export function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isFields(value)) return value === null || value === undefined ? "<nil>" : String(value);
  return `map[${Object.keys(value).sort().map((name) => `${name}:${goText(value[name])}`).join(" ")}]`;
}
