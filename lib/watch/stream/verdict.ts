/** Decides what follows when a request of a watch has failed: one pure function for each kind of request. */

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
 * After a failed list:
 *
 * - `newest`: list the newest version at once.
 * - `unpaged`: list the newest version at once, in one page.
 * - `again`: repeat the list after a backoff.
 */
export type ListVerdict = "newest" | "unpaged" | "again";

/** A failed list. */
export interface FailedList {
  readonly error: unknown;
  /** The version that was requested; empty for the newest. */
  readonly resourceVersion: string;
  /** Objects per page; `undefined` for all in one page. */
  readonly limit: number | undefined;
  /** How many pages had arrived. */
  readonly pages: number;
}

/** Decides what follows a failed list. */
export function afterList({ error, resourceVersion, limit, pages }: FailedList): ListVerdict {
  if (!isExpired(error) && !isTooLargeResourceVersion(error)) return "again";
  if (pages > 0 && limit !== undefined) return "unpaged";
  return resourceVersion === "" ? "again" : "newest";
}

/**
 * After a failed streaming list:
 *
 * - `newest`: request a streaming list of the newest version at once.
 * - `never`: request a plain list at once, and only plain ones from now on.
 * - `plain`: request a plain list this time, after a backoff.
 * - `again`: repeat the streaming list after a backoff.
 */
export type StreamVerdict = "newest" | "never" | "plain" | "again";

/** Decides what follows a failed streaming list. */
export function afterStreamingList(error: unknown, resourceVersion: string): StreamVerdict {
  if (isExpired(error) || isTooLargeResourceVersion(error)) return resourceVersion === "" ? "plain" : "newest";
  if (saysNothingOfTheRequest(error) || isNotFound(error)) return "again";
  // A server without streaming lists refuses the parameters, or ignores them and never marks the end.
  if (error instanceof UnmarkedListError || error instanceof SilentConnectionError || isRefusal(error)) return "never";
  return "plain";
}

/**
 * After a failed watch:
 *
 * - `newest`: list the newest version at once.
 * - `list`: list at once, not older than the version that was seen.
 * - `list-later`: the same, after a backoff.
 * - `watch-later`: continue the watch from the version that was seen, after a backoff. Nothing is lost, and a server in
 *   trouble need not list everything.
 */
export type WatchVerdict = "newest" | "list" | "list-later" | "watch-later";

/** A failed watch. */
export interface FailedWatch {
  readonly error: unknown;
  /** Whether it was the first watch after a list and brought nothing: another list at once would not help. */
  readonly fresh: boolean;
  /** How many watches in a row, including this one, failed for a reason that may lie in their start version. */
  readonly suspects: number;
}

/** After this many such failures in a row, the version is given up and everything is listed. */
const MOST_SUSPECTS = 3;

/** Decides what follows a failed watch. */
export function afterWatch({ error, fresh, suspects }: FailedWatch): WatchVerdict {
  if (error instanceof RestoredError) return "newest";
  if (isExpired(error)) return fresh ? "list-later" : "list";
  // If the kind was removed and is installed again, its objects are other ones, and the version seen says nothing about them.
  if (isNotFound(error)) return "list-later";
  return suspects >= MOST_SUSPECTS ? "list-later" : "watch-later";
}

/** Whether retrying is useless: a running process cannot get a Deno permission that it was started without. */
export function isFatal(error: unknown): boolean {
  // Users' own clients may throw Deno's error.
  return error instanceof PermissionError || error instanceof Error && error.name === "NotCapable";
}

/** Whether the failure may repeat for as long as the watch starts at this version, such as an event that cannot be read. */
export function isSuspect(error: unknown): boolean {
  if (error instanceof ApiError) return !saysNothingOfTheRequest(error);
  return error instanceof MalformedWatchError || error instanceof TransformError || error instanceof ShortWatchError;
}

/** Whether the server would refuse any request now, or any request of this client. */
function saysNothingOfTheRequest(error: unknown): boolean {
  return isTooManyRequests(error) || isUnauthorized(error) || isForbidden(error) || isUnavailable(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.code >= 400 && error.code < 500;
}
