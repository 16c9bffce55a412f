/** Quantities, such as `500m` or `1Gi`: parses them, and formats them as the API server does. */

import { DecodingError } from "./decoding_error.ts";

/** A number: digits and a power of ten. */
interface Amount {
  readonly digits: bigint;
  readonly exponent: number;
}

type Format = "decimal" | "exponent" | "binary";

/** A parsed quantity, with its text if the API server keeps that. */
interface Quantity extends Amount {
  readonly format: Format;
  readonly kept: string | undefined;
}

const WRONG_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const FORM = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

const DECIMAL: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Nothing smaller than a nano is kept. */
const SMALLEST = -9;
/** The greatest binary quantity. */
const GREATEST = 2n ** 63n - 1n;
/** How many digits are handled without arithmetic. */
const SHORT = 18;

/**
 * The canonical text of a quantity.
 *
 * @param value A text or a number.
 * @param smallest The power of ten to round up to: nanos, or thousandths for resource amounts.
 * @throws {DecodingError} If it is not a quantity.
 */
export function canonicalQuantity(value: unknown, smallest = SMALLEST): string {
  if (typeof value !== "string" && typeof value !== "number") throw new DecodingError(WRONG_FORM);
  const text = String(value).trim();
  if (text === "0") return text;
  const quantity = parse(text);
  if (quantity.kept !== undefined && quantity.exponent >= smallest) return quantity.kept;
  return quantity.digits === 0n ? "0" : format({ ...quantity, ...atLeast(smallest, quantity) });
}

/** A quantity in thousandths, rounded up, for comparing. @throws {DecodingError} If it is not a quantity. */
export function quantityInMillis(value: unknown): bigint {
  const { digits, exponent } = parse(String(value).trim());
  return exponent >= -3 ? digits * 10n ** BigInt(exponent + 3) : dividedUp(digits, 10n ** BigInt(-3 - exponent));
}

function parse(text: string): Quantity {
  const match = FORM.exec(text);
  if (!match || text === "" || !/\d|\./.test(text)) throw new DecodingError(WRONG_FORM);
  const [, sign, whole, fraction = "", suffix = ""] = match;
  const num = whole === "" && /[.0]/.test(text) ? "0" : whole!;
  const digits = BigInt(`${num}${fraction}`) * (sign === "-" ? -1n : 1n);
  const shifted = num + fraction;
  if (Object.hasOwn(BINARY, suffix)) return binary(text, digits, shifted, fraction.length, BINARY[suffix]!);
  const format: Format = Object.hasOwn(DECIMAL, suffix) ? "decimal" : "exponent";
  const exponent = (format === "decimal" ? DECIMAL[suffix]! : exponentOf(suffix)) - fraction.length;
  const short = shifted.length <= SHORT && exponent >= SMALLEST;
  const asGiven = short && exponent % 3 === 0 && !shifted.endsWith("000") && !shifted.startsWith("0");
  return { ...atLeast(SMALLEST, { digits, exponent }), format, kept: asGiven ? text : undefined };
}

function exponentOf(suffix: string): number {
  if (/^[eE][-+]?\d+$/.test(suffix)) return Number(suffix.slice(1));
  throw new DecodingError(WRONG_FORM);
}

function binary(text: string, digits: bigint, shifted: string, places: number, bits: number): Quantity {
  const short = places === 0 && 15 - shifted.length - Math.floor(bits * 3 / 10) - 1 >= 0;
  const amount = atLeast(SMALLEST, { digits: digits << BigInt(bits), exponent: -places });
  const whole = 10n ** BigInt(-amount.exponent);
  const size = amount.digits < 0n ? -amount.digits : amount.digits;
  if (size > GREATEST * whole) return { digits: GREATEST, exponent: 0, format: "binary", kept: undefined };
  const kept = short && (BigInt(shifted) & 7n) !== 0n ? text : undefined;
  return { ...amount, format: size < whole && size > 0n ? "decimal" : "binary", kept };
}

/** Rounds up what is too small to be kept. */
function atLeast(smallest: number, { digits, exponent }: Amount): Amount {
  if (exponent >= smallest) return { digits, exponent };
  return { digits: dividedUp(digits, 10n ** BigInt(smallest - exponent)), exponent: smallest };
}

/** Divides, rounding away from zero. */
function dividedUp(digits: bigint, by: bigint): bigint {
  const quotient = digits / by;
  return quotient * by === digits ? quotient : quotient + (digits < 0n ? -1n : 1n);
}

function format({ digits, exponent, format }: Quantity): string {
  if (format === "binary") {
    const whole = 10n ** BigInt(-exponent);
    const value = digits / whole;
    if (value * whole === digits && (value <= -1024n || value >= 1024n)) return binaryText(value);
  }
  let [amount, power] = [digits, exponent];
  while (amount % 10n === 0n) [amount, power] = [amount / 10n, power + 1];
  while (power % 3 !== 0) [amount, power] = [amount * 10n, power - 1];
  if (format === "exponent") return `${amount}${power === 0 ? "" : `e${power}`}`;
  const suffix = Object.keys(DECIMAL).find((name) => DECIMAL[name] === power) ?? "";
  return `${amount}${suffix}`;
}

function binaryText(value: bigint): string {
  let [amount, power] = [value, 0];
  while (amount % 1024n === 0n) [amount, power] = [amount / 1024n, power + 10];
  return `${amount}${Object.keys(BINARY).find((name) => BINARY[name] === power) ?? ""}`;
}
