/** Parses times of built-in kinds, and formats them as the API server does. */

import { DecodingError } from "./decoding_error.ts";

const SECONDS = "2006-01-02T15:04:05Z07:00";
const MICROSECONDS = "2006-01-02T15:04:05.000000Z07:00";
const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)((?:[.,]\d+)?)(Z|[+-]\d\d:\d\d)$/;

/** A time with seconds, in UTC. @throws {DecodingError} If the text is not a time. */
export function canonicalTime(text: string): string {
  return new Date(millisecondsOf(text, SECONDS)).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A time with microseconds, in UTC; the text must have that form. @throws {DecodingError} If it has not. */
export function canonicalMicroTime(text: string): string {
  const milliseconds = millisecondsOf(text, MICROSECONDS);
  const fraction = FORM.exec(text)![7]!;
  if (!/^\.\d{6}$/.test(fraction)) {
    throw unparsed(text, MICROSECONDS, text.slice(19), ".000000");
  }
  return `${new Date(milliseconds).toISOString().slice(0, 19)}${fraction}Z`;
}

function millisecondsOf(text: string, layout: string): number {
  const match = FORM.exec(text);
  if (!match) throw misformed(text, layout);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (month! < 1 || month! > 12) throw outOfRange(text, "month");
  if (day! < 1 || day! > daysIn(year!, month!)) throw outOfRange(text, "day");
  if (hour! > 23) throw outOfRange(text, "hour");
  if (minute! > 59) throw outOfRange(text, "minute");
  if (second! > 59) throw outOfRange(text, "second");
  // Cuts off fractions of a second. The zone may change the day.
  return Date.parse(text.slice(0, 19) + match[8]!);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The parts of the layout, each with the text that it accepts. */
const PARTS: readonly (readonly [part: string, form: RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d([.,]\d+)?/],
  ["Z07:00", /^(Z|[+-]\d\d:\d\d)$/],
];

/** The error that names the part where parsing stopped. */
function misformed(text: string, layout: string): DecodingError {
  let rest = text;
  for (const [part, form] of PARTS) {
    const match = form.exec(rest);
    if (!match) return unparsed(text, layout, rest, part);
    rest = rest.slice(match[0].length);
  }
  return unparsed(text, layout, rest, "Z07:00");
}

function unparsed(text: string, layout: string, rest: string, part: string): DecodingError {
  const [given, wanted, left, at] = [text, layout, rest, part].map((each) => JSON.stringify(each));
  return new DecodingError(`parsing time ${given} as ${wanted}: cannot parse ${left} as ${at}`);
}

function outOfRange(text: string, part: string): DecodingError {
  return new DecodingError(`parsing time ${JSON.stringify(text)}: ${part} out of range`);
}
