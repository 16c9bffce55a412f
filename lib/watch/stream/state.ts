/** The states of a watch, as it reports them. */

/**
 * Where a watch is. Reported through `onState` at each change: this is how logs, metrics and probes learn of trouble, so a
 * change that is due to trouble carries the error.
 *
 * - `listing`: asking for all objects, page by page, as of `resourceVersion` or newer (`0`: whatever the server has at hand;
 *   empty: the newest). Left for `connecting` when the list is complete. `cause` says why there is a list at all when
 *   something went wrong before: the version that the watch stood at had expired, or the server refused a streaming list.
 * - `streaming-list`: the same, but asked for as a watch that begins with all objects. Left for `watching` on the same
 *   connection when the server marks the end of the list; for `listing` when the server does not know how.
 * - `restored`: the list is complete, and older than what was `seen`: etcd was restored from a backup. The list replaces all that
 *   was known. Left at once, as a list is.
 * - `connecting`: asking for the changes since `resourceVersion`. Left for `watching` when the server answers and,
 *   after trouble, is at that version.
 * - `watching`: connected; changes arrive. Left for `connecting` when the server ends the watch, which it does every few
 *   minutes, and for `backing-off` or `listing` when something goes wrong.
 * - `backing-off`: something went wrong and is tried again in `delay` milliseconds; `next` says whether the objects are
 *   listed anew or the watch goes on where it was, which costs the server little. Left for that.
 * - `stopped`: over. Never left. `error` is there when the watch cannot go on; absent when it was told to stop.
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
    /** Milliseconds. */
    readonly delay: number;
    /** How many times it went wrong since the last quiet time; 1 for the first. */
    readonly attempt: number;
    readonly next: "list" | "watch";
  }
  | { readonly type: "stopped"; readonly error?: unknown };
