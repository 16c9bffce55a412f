/** Compares Kubernetes quantities by value: `1000m` equals `1`. */

const FORMAT = /^([+-]?(?:\d+\.?\d*|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Relative difference below which two numbers are equal, because decimal suffixes are not exact in binary. */
const TOLERANCE = 1e-12;

/** Whether two quantities have the same value. A value that is not a quantity equals nothing. */
export function quantityEquals(a: unknown, b: unknown): boolean {
  const [first, second] = [parseQuantity(a), parseQuantity(b)];
  if (first === undefined || second === undefined) return false;
  return Math.abs(first - second) <= TOLERANCE * Math.max(Math.abs(first), Math.abs(second));
}

function parseQuantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const match = typeof value === "string" ? FORMAT.exec(value) : null;
  if (!match) return undefined;
  const [, digits, suffix = ""] = match;
  const binary = BINARY.indexOf(suffix);
  if (binary >= 0) return Number(digits) * 1024 ** (binary + 1);
  if (/^[eE][+-]?\d/.test(suffix)) return Number(digits + suffix);
  return Number(`${digits}e${DECIMAL[suffix] ?? 0}`);
}
