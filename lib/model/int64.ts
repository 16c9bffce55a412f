/** Parses 64-bit integers as Go's `strconv.ParseInt` does in the API server. */

const INTEGER = /^[+-]?\d+$/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The integer that a string contains; `undefined` if it contains none, or one of more than 64 bits. */
export function parseInt64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const number = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return number < LEAST || number > MOST ? undefined : number;
}
