/** A log line as text. Pure. */

import type { LogFields } from "./logger.ts";

/** The longest value that is shown whole; a longer one ends in an ellipsis. */
const LONGEST_VALUE = 500;

/** One line: time, level, message, fields as `key=value`. Line breaks in values are escaped, so a line stays a line. */
export function formatLine(time: Date, level: string, message: string, fields: LogFields = {}): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  const rest = pairs.map(([key, value]) => ` ${key}=${formatValue(value)}`).join("");
  return `${time.toISOString()} ${level.padEnd(5)} ${singleLine(message)}${rest}`;
}

function formatValue(value: unknown): string {
  const text = typeof value === "string" ? value : String(value);
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return /^[^\s"=]+$/.test(short) ? short : JSON.stringify(short);
}

function singleLine(text: string): string {
  return text.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}
