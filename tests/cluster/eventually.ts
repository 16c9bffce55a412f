/** Waits for something to become true by asking again, up to a deadline. */

/** How long to wait, and how often to ask. */
export interface EventuallyOptions {
  /** Deadline in milliseconds. */
  within: number;
  /** Milliseconds between two tries; 50 by default. */
  every?: number;
}

/** What a try may answer when it is not there yet; throwing means the same. */
type NotYet = undefined | null | false | void;

/** Calls `fn` until it neither throws nor answers false, null or undefined; answers its value. */
export async function eventually<T>(
  fn: () => Promise<T | NotYet> | T | NotYet,
  { within, every = 50 }: EventuallyOptions,
): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    const outcome = await attempt(fn);
    if ("value" in outcome) return outcome.value;
    if (Date.now() >= deadline) throw tooLate(within, outcome.error);
    await pause(every);
  }
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** An error that no further try can heal; `eventually` passes it on at once. */
export class Hopeless extends Error {
  override name = "Hopeless";
}

async function attempt<T>(
  fn: () => Promise<T | NotYet> | T | NotYet,
): Promise<{ value: T } | { error: unknown }> {
  try {
    const value = await fn();
    if (value === undefined || value === null || value === false) {
      return { error: `the last answer was ${value}` };
    }
    return { value: value as T };
  } catch (error) {
    if (error instanceof Hopeless) throw error;
    return { error };
  }
}

function tooLate(within: number, cause: unknown): Error {
  const last = cause instanceof Error ? cause.message : String(cause);
  return new Error(`not within ${within} ms: ${last}`, { cause });
}
