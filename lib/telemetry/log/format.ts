/** A log line, as text or as JSON. Pure. */

import type { LogFields } from "./logger.ts";

/** The longest value that is shown whole; a longer one ends in an ellipsis. */
const LONGEST_VALUE = 500;

/** One line: time, level, message, fields as `key=value`. Line breaks in values are escaped, so a line stays a line. */
export function formatLine(time: Date, level: string, message: string, fields: LogFields = {}): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  const rest = pairs.map(([key, value]) => ` ${formatValue(key)}=${formatValue(value)}`).join("");
  return `${time.toISOString()} ${level.padEnd(5)} ${singleLine(message)}${rest}`;
}

/** One line: a JSON object of `time`, `level`, `message` and the fields. A field of one of these names gets a `_` after it. */
export function formatJson(time: Date, level: string, message: string, fields: LogFields = {}): string {
  const line: Record<string, unknown> = { time: time.toISOString(), level: level.toLowerCase(), message };
  for (const [key, value] of Object.entries(fields)) {
    line[RESERVED.has(key) ? `${key}_` : key] = isPlain(value) ? value : shortened(textOf(value));
  }
  return JSON.stringify(line);
}

const RESERVED: ReadonlySet<string> = new Set(["time", "level", "message"]);

function formatValue(value: unknown): string {
  const short = shortened(textOf(value));
  return /^[^\s"=]+$/.test(short) ? visible(short) : visible(JSON.stringify(short));
}

function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === "number" || typeof value === "boolean";
}

/** Types do not keep anyone from logging something else. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return `(${typeof value})`;
  }
}

function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function singleLine(text: string): string {
  return visible(text.replaceAll("\n", "\\n").replaceAll("\r", "\\r"));
}

/** What a terminal would obey, or take for the end of a line: other people's texts must not erase or forge what it shows. */
// deno-lint-ignore no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
