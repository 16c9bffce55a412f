/** The states of a watch, as reported to `onState`. */

/**
 * The state of a watch, reported to `onState` at each change. Logs, metrics and probes learn of failures by this, so a state
 * that follows a failure has the error.
 *
 * - `listing`: requests all objects, page by page, not older than `resourceVersion` (empty: the newest). Left for
 *   `connecting` when the list is complete. If a failure led to the list, `cause` is its error: the watch's version had
 *   expired, or the server refused a streaming list.
 * - `streaming-list`: the same, requested as a watch that begins with all objects. Left for `watching`, on the same
 *   connection, when the server marks the end of the list; for `listing` if the server does not support this.
 * - `restored`: a list is complete, but older than the version `seen` before: etcd was restored from a backup. The list
 *   replaces everything that was known. Left at once, like a complete list.
 * - `connecting`: requests the changes since `resourceVersion`. Left for `watching` when the server answers; after a failure,
 *   only if the server's version is not before that of the watch.
 * - `watching`: connected. Left for `connecting` when the server ends the watch, about twice a minute, and for `backing-off` or
 *   `listing` after a failure.
 * - `backing-off`: waits for `delay` milliseconds after a failure. Then, by `next`, the objects are listed again, or the
 *   watch continues where it was, which costs the server little.
 * - `stopped`: the end. `error` is set if the watch cannot go on, and absent if it was stopped.
 */
export type WatchState =
  | { readonly type: "listing"; readonly resourceVersion: string; readonly cause?: unknown }
  | { readonly type: "streaming-list"; readonly resourceVersion: string; readonly cause?: unknown }
  | { readonly type: "restored"; readonly resourceVersion: string; readonly seen: string }
  | { readonly type: "connecting"; readonly resourceVersion: string }
  | { readonly type: "watching"; readonly resourceVersion: string }
  | {
    readonly type: "backing-off";
    readonly error: unknown;
    /** The delay, in milliseconds. */
    readonly delay: number;
    /** The number of failures in a row, including this one. */
    readonly attempt: number;
    readonly next: "list" | "watch";
  }
  | { readonly type: "stopped"; readonly error?: unknown };
