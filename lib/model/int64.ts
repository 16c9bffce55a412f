/** Whole numbers of 64 bits, as the API server reads them from a text. */

const INTEGER = /^[+-]?\d+$/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** The number that a text is; `undefined` when it is no whole one, or does not fit. */
export function parseInt64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const number = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return number < LEAST || number > MOST ? undefined : number;
}
