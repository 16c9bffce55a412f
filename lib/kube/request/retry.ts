/** Decides which failed requests are sent again, and when. Pure: numbers are arguments. */

import {
  ApiError,
  ConnectionError,
  isServerError,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnavailable,
} from "../answer/mod.ts";

/** The most attempts for one request. */
const MOST_ATTEMPTS = 5;

/** The longest time for one request, with attempts and waits, in milliseconds. The Run's backoff handles longer failures. */
const LONGEST = 15_000;

/** The longest wait after the first failure, in milliseconds; it doubles with each failure. */
const FIRST_WAIT = 200;

export interface FailedAttempt {
  readonly error: unknown;
  /** Whether the request only reads, so that a repetition is harmless. */
  readonly readOnly: boolean;
  /** How often the request has been sent. */
  readonly attempt: number;
  /** Milliseconds since it was first sent. */
  readonly elapsed: number;
  /** A number from 0 to 1. */
  readonly random: number;
}

/**
 * When to send a failed request again.
 *
 * @returns Milliseconds to wait, or `undefined` if it must not be sent again.
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
 * Whether the request was certainly not carried out but may be later; then even a write is sent again. "Unreachable"
 * only proves this for a client that sends each request once: by itself, `fetch` might report it about a second attempt
 * of its own.
 */
function wasNotDone(error: unknown): boolean {
  // An untrusted certificate stays untrusted; whoever configured the CA must hear of it at once.
  if (error instanceof ConnectionError) return error.failure === "unreachable";
  return isTooManyRequests(error) || isUnavailable(error) && error.retryAfter !== undefined;
}

/** Whether a read may succeed when sent again. */
function mayPass(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.failure === "broken";
  // The caller that asked for this version knows better what to do; waiting here would only hide it.
  return isServerError(error) && !isTooLargeResourceVersion(error);
}
