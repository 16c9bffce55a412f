/** What goes into the queue, what comes out, and what is said when it is given back. */

/** A key to be run, and why. */
export interface QueueEntry {
  readonly key: string;
  /** Why, for logs: `Secret default/foo changed`. */
  readonly reason: string;
  /** Whether it is one of a flood, such as the first list, and may wait for what has just happened. */
  readonly bulk?: boolean;
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
 * - `wait`: when an event comes.
 * - `now`: at once, behind those that are ready.
 * - `after`: after a delay; an event may come before.
 * - `backoff`: after a delay that no event shortens: it failed.
 */
export type Next =
  | { readonly type: "wait" }
  | { readonly type: "now"; readonly reason: string }
  | { readonly type: "after" | "backoff"; readonly delay: number; readonly reason: string };
