/** Resource versions, compared. Kubernetes allows that since KEP-5504: they are unsigned whole numbers. */

const NUMERIC = /^(0|[1-9]\d*)$/;

/**
 * Compares two resource versions of one kind.
 *
 * @returns Less than 0 when `a` is older, 0 when equal, more than 0 when `a` is newer; `undefined` when either is not a
 * whole number, so that nothing can be said.
 */
export function compareResourceVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!NUMERIC.test(a) || !NUMERIC.test(b)) return undefined;
  // Without leading zeros the longer text is the larger number; a number type would lose digits past 2^53.
  return a.length - b.length || (a < b ? -1 : 1);
}

/** Whether `a` is certainly older than `b`. */
export function isOlder(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order !== undefined && order < 0;
}
