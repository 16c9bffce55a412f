/** Random numbers, as an argument. */

/** A source of random numbers. `systemRandom` is the real one; tests pass a seeded one. */
export interface Random {
  /** A number from 0 (inclusive) to 1 (exclusive), uniformly distributed. */
  next(): number;
}

/**
 * A number from 0 to 1 from a source that may be a user's own. Anything else that it returns is replaced by 0.5, so that delays
 * become neither NaN nor too long.
 */
export function portion(random: Random): number {
  const drawn = random.next();
  return drawn >= 0 && drawn <= 1 ? drawn : 0.5;
}

/** Uses `Math.random`: good enough for jitter, not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
