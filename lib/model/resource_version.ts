/** Compares resource versions. Kubernetes allows this since KEP-5504: they are unsigned integers. */

const NUMERIC = /^(0|[1-9]\d*)$/;

/**
 * Compares two resource versions of one kind.
 *
 * @returns Less than 0 if `a` is older, 0 if they are equal, more than 0 if `a` is newer; `undefined` if either is not an
 * integer, so that they cannot be compared.
 */
export function compareResourceVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!NUMERIC.test(a) || !NUMERIC.test(b)) return undefined;
  // Without leading zeros, the longer string is the larger number. `Number` would lose digits beyond 2^53.
  return a.length - b.length || (a < b ? -1 : 1);
}

/** Whether `a` is known to be older than `b`; false if they cannot be compared. */
export function isOlder(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order !== undefined && order < 0;
}
