/** Chance, as an argument. */

/** A source of random numbers. `systemRandom` is the real one; tests pass a seeded one. */
export interface Random {
  /** A number from 0 (included) to 1 (not included), evenly spread. */
  next(): number;
}

/**
 * A number from 0 to 1, whatever a source gives: what is multiplied with it must neither become no number nor grow.
 *
 * @param random The source, which may be a user's own.
 */
export function portion(random: Random): number {
  const drawn = random.next();
  return drawn >= 0 && drawn <= 1 ? drawn : 0.5;
}

/** The random numbers of this machine. Not for secrets: jitter needs no more. */
export const systemRandom: Random = { next: () => Math.random() };
