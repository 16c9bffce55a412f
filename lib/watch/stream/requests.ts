/** The requests of a watch: which parameters ask for what. Pure. */

import type { RequestOptions } from "../../kube/mod.ts";
import type { ListPlan } from "./position.ts";

/** What all requests of one watch have in common. */
export interface WatchTarget {
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
}

/** Asks for one page of a list. */
export function listRequest(target: WatchTarget, plan: ListPlan, token: string | undefined): RequestOptions {
  const { resourceVersion, limit } = plan;
  return get(target, {
    ...(limit !== undefined && { limit: String(limit) }),
    // A token holds the version already; the server refuses both.
    ...(token === undefined ? versionAtLeast(resourceVersion) : { continue: token }),
  });
}

/** Without the match, a version that comes with a limit means "exactly this version", which expires. */
function versionAtLeast(resourceVersion: string): Record<string, string> {
  if (resourceVersion === "") return {};
  return { resourceVersion, resourceVersionMatch: "NotOlderThan" };
}

/** Asks for the changes since a version. */
export function watchRequest(target: WatchTarget, resourceVersion: string, timeoutSeconds: number): RequestOptions {
  return get(target, {
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(timeoutSeconds),
    ...(resourceVersion !== "" && { resourceVersion }),
  });
}

/** Asks for all objects, as of a version or newer (empty: the newest), and the changes after that. */
export function streamingListRequest(
  target: WatchTarget,
  resourceVersion: string,
  timeoutSeconds: number,
): RequestOptions {
  const request = watchRequest(target, resourceVersion, timeoutSeconds);
  request.querystring?.set("sendInitialEvents", "true");
  request.querystring?.set("resourceVersionMatch", "NotOlderThan");
  return request;
}

/**
 * Without what server-side apply keeps of an object, which is often half of it, and which nobody here looks at: an API server that
 * knows this (1.37 on) leaves it out, others take no notice. Whoever takes offence may give plain JSON.
 */
const ACCEPT = "application/json;drop=metadata.managedFields, application/json";

function get({ path, selectors }: WatchTarget, parameters: Record<string, string>): RequestOptions {
  return {
    method: "GET",
    path,
    accept: ACCEPT,
    querystring: new URLSearchParams({ ...parameters, ...selectors }),
  };
}
