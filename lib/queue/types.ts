/** The types of the queue's entries, of the keys that it hands out, and of what `done` is told. */

/**
 * What an event means for a key that failed and waits in backoff.
 *
 * - `release`: the object that failed was itself edited, replaced or marked for deletion. The key is run at once.
 * - `soon`: the cause of the failure may be gone. The key is run within a second.
 *
 * Both use up credit of the key, which returns with time, so that a flood of events does not become a loop of failures.
 */
export type Urgency = "soon" | "release";

/** A key to add to the queue. */
export interface QueueEntry {
  readonly key: string;
  /** Why, for logs: `Secret default/foo changed`. */
  readonly reason: string;
  /** Whether it belongs to a flood, such as the initial list, and goes into the bulk lane. */
  readonly bulk?: boolean;
  /** Whether the event may end the key's backoff early; without it, the backoff is not shortened. */
  readonly urgency?: Urgency | undefined;
}

/** A key that was handed out. Nobody else gets it until it is given back with `done`. */
export interface Taken {
  readonly key: string;
  readonly reason: string;
  /** How long the key has waited since it became ready, in milliseconds. */
  readonly waited: number;
}

/**
 * When a key is run next, after a Run.
 *
 * - `wait`: at the next event. With `failed`, only at an urgent one, like a backoff without end.
 * - `now`: at once, behind the keys that are ready.
 * - `after`: after a delay, or earlier at any event.
 * - `backoff`: after a failure: after a delay, which only urgent events shorten. With `asked`, the API server asked for the
 *   delay, and only a release shortens it.
 *
 * A delay outside of 0 ms to ten years is replaced by one minute.
 */
export type Next =
  | { readonly type: "wait"; readonly failed?: boolean }
  | { readonly type: "now"; readonly reason: string }
  | { readonly type: "after"; readonly delay: number; readonly reason: string }
  | { readonly type: "backoff"; readonly delay: number; readonly reason: string; readonly asked?: boolean };
