/** Chance, as an argument. */

/** A source of random numbers. `systemRandom` is the real one; tests pass a seeded one. */
export interface Random {
  /** A number from 0 (included) to 1 (not included), evenly spread. */
  next(): number;
}

/** The random numbers of this machine. Not for secrets: jitter needs no more. */
export const systemRandom: Random = { next: () => Math.random() };
