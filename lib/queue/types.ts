/** What goes into the queue, what comes out, and what is said when it is given back. */

/**
 * What an event means to a key that failed and waits.
 *
 * - `release`: what failed is not what it was. The key is run at once.
 * - `soon`: what it failed for may be over. The key is run within a second.
 *
 * Both spend of the key's credit, which comes back with time: a flood of events does not make a loop of failures.
 */
export type Urgency = "soon" | "release";

/** A key to be run, and why. */
export interface QueueEntry {
  readonly key: string;
  /** Why, for logs: `Secret default/foo changed`. */
  readonly reason: string;
  /** Whether it is one of a flood, such as the first list, and may wait for what has just happened. */
  readonly bulk?: boolean;
  /** What it means to a key that failed; without it, such a key waits as long as it would have. */
  readonly urgency?: Urgency | undefined;
}

/** A key that was handed out. Until it is given back by `done`, nobody else gets it. */
export interface Taken {
  readonly key: string;
  readonly reason: string;
  /** Milliseconds that the key has waited since it became ready. */
  readonly waited: number;
}

/**
 * When a key is run next, after a Run.
 *
 * - `wait`: when an event comes. If it `failed`, an urgent one, as after a backoff without end: no flood makes a loop of failures.
 * - `now`: at once, behind those that are ready.
 * - `after`: after a delay; an event may come before.
 * - `backoff`: after a delay that only urgent events shorten: it failed. When the delay was `asked` for by the API server, only
 *   a release does.
 *
 * A delay that is not from 0 ms to ten years is taken for a minute: no number makes a loop, silences a key or stops another.
 */
export type Next =
  | { readonly type: "wait"; readonly failed?: boolean }
  | { readonly type: "now"; readonly reason: string }
  | { readonly type: "after"; readonly delay: number; readonly reason: string }
  | { readonly type: "backoff"; readonly delay: number; readonly reason: string; readonly asked?: boolean };
