/** Which failed requests are sent again, and when. Pure: the numbers come in by argument. */

import {
  ApiError,
  ConnectionError,
  isServerError,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnavailable,
} from "../answer/mod.ts";

/** How often one request is sent at most. */
const MOST_ATTEMPTS = 5;

/** How long one request may take, attempts and waits together, in milliseconds. Longer failures are for the Run's backoff. */
const LONGEST = 15_000;

/** The longest wait after the first failure, in milliseconds; it doubles with each. */
const FIRST_WAIT = 200;

/** A request that has failed. */
export interface FailedAttempt {
  readonly error: unknown;
  /** Whether the request only reads, so that sending it twice is harmless. */
  readonly readOnly: boolean;
  /** How many times it has been sent. */
  readonly attempt: number;
  /** Milliseconds since it was first sent. */
  readonly elapsed: number;
  /** A number from 0 to 1. */
  readonly random: number;
}

/**
 * When a failed request is sent again.
 *
 * @returns Milliseconds to wait, or `undefined` when it is not to be sent again.
 */
export function retryDelay({ error, readOnly, attempt, elapsed, random }: FailedAttempt): number | undefined {
  if (attempt >= MOST_ATTEMPTS || !(wasNotDone(error) || readOnly && mayPass(error))) return undefined;
  const delay = retryAfterOf(error) * (1 + random / 4) || FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random / 2);
  return elapsed + delay <= LONGEST ? delay : undefined;
}

function retryAfterOf(error: unknown): number {
  return error instanceof ApiError ? error.retryAfter ?? 0 : 0;
}

/**
 * Whether the request has certainly not been carried out and may be later, so that even a write is sent again. That nobody
 * could be reached is certain only of a client that sends it once: by `fetch` alone, it might be the word on a second attempt.
 */
function wasNotDone(error: unknown): boolean {
  // An untrusted certificate stays so; whoever set up the CA must hear of it at once.
  if (error instanceof ConnectionError) return error.failure === "unreachable";
  return isTooManyRequests(error) || isUnavailable(error) && error.retryAfter !== undefined;
}

/** Whether a read may succeed when sent again. */
function mayPass(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.failure === "broken";
  // Whoever asked for that version knows better what to do; waiting here would only hide it.
  return isServerError(error) && !isTooLargeResourceVersion(error);
}
