/** What follows when a request of a watch has failed. Pure: one function for each kind of request. */

import {
  ApiError,
  isExpired,
  isForbidden,
  isNotFound,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
  isUnavailable,
  PermissionError,
} from "../../kube/mod.ts";
import {
  MalformedWatchError,
  RestoredError,
  ShortWatchError,
  SilentConnectionError,
  TransformError,
  UnmarkedListError,
} from "../errors.ts";

/**
 * After a list failed:
 *
 * - `newest`: list at once, asking for the newest.
 * - `unpaged`: list at once, asking for the newest in one piece.
 * - `again`: the same, after a wait.
 */
export type ListVerdict = "newest" | "unpaged" | "again";

/** A list that failed. */
export interface FailedList {
  readonly error: unknown;
  /** The version that was asked for; empty for the newest. */
  readonly resourceVersion: string;
  /** Objects a page; `undefined` for all in one. */
  readonly limit: number | undefined;
  /** How many pages had arrived. */
  readonly pages: number;
}

/** What follows when a list has failed. */
export function afterList({ error, resourceVersion, limit, pages }: FailedList): ListVerdict {
  if (!isExpired(error) && !isTooLargeResourceVersion(error)) return "again";
  if (pages > 0 && limit !== undefined) return "unpaged";
  return resourceVersion === "" ? "again" : "newest";
}

/**
 * After a streaming list failed:
 *
 * - `newest`: ask at once for a streaming list of the newest.
 * - `never`: list plainly, at once and from now on.
 * - `plain`: list plainly this time, after a wait.
 * - `again`: the same, after a wait.
 */
export type StreamVerdict = "newest" | "never" | "plain" | "again";

/** What follows when a streaming list has failed. */
export function afterStreamingList(error: unknown, resourceVersion: string): StreamVerdict {
  if (isExpired(error) || isTooLargeResourceVersion(error)) return resourceVersion === "" ? "plain" : "newest";
  if (saysNothingOfTheRequest(error) || isNotFound(error)) return "again";
  // A server that knows no streaming lists refuses the parameters, or ignores them and never marks the end.
  if (error instanceof UnmarkedListError || error instanceof SilentConnectionError || isRefusal(error)) return "never";
  return "plain";
}

/**
 * After a watch failed:
 *
 * - `newest`: list at once, asking for the newest.
 * - `list`: list at once, at the version that was seen or newer.
 * - `list-later`: the same, after a wait.
 * - `watch-later`: go on watching from the version that was seen, after a wait: nothing is lost, and a server in trouble is
 *   not asked for everything.
 */
export type WatchVerdict = "newest" | "list" | "list-later" | "watch-later";

/** A watch that failed. */
export interface FailedWatch {
  readonly error: unknown;
  /** Whether it was the first after a list and brought nothing: the list did not help. */
  readonly fresh: boolean;
  /** How many watches in a row failed at this version for what may lie in the version itself, this one included. */
  readonly suspects: number;
}

/** How many watches in a row may fail at one version before it is given up for a list. */
const MOST_SUSPECTS = 3;

/** What follows when a watch has failed. */
export function afterWatch({ error, fresh, suspects }: FailedWatch): WatchVerdict {
  if (error instanceof RestoredError) return "newest";
  if (isExpired(error)) return fresh ? "list-later" : "list";
  // A kind that was removed and comes back holds other objects; what was seen says nothing of them.
  if (isNotFound(error)) return "list-later";
  return suspects >= MOST_SUSPECTS ? "list-later" : "watch-later";
}

/** Whether trying again is useless: a process cannot be given a permission that it was started without. */
export function isFatal(error: unknown): boolean {
  // A client of one's own may run into Deno's own error.
  return error instanceof PermissionError || error instanceof Error && error.name === "NotCapable";
}

/** Whether the failure may be there for as long as the watch starts at this version: an event that cannot be read, say. */
export function isSuspect(error: unknown): boolean {
  if (error instanceof ApiError) return !saysNothingOfTheRequest(error);
  return error instanceof MalformedWatchError || error instanceof TransformError || error instanceof ShortWatchError;
}

/** Whether the server would have refused any request now, or would refuse this client in any case. */
function saysNothingOfTheRequest(error: unknown): boolean {
  return isTooManyRequests(error) || isUnauthorized(error) || isForbidden(error) || isUnavailable(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.code >= 400 && error.code < 500;
}
