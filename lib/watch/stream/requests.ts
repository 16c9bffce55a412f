/** Builds the requests of a watch. Pure. */

import type { RequestOptions } from "../../kube/mod.ts";
import type { ListPlan } from "./position.ts";

/** The common part of all requests of a watch. */
export interface WatchTarget {
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
}

export function listRequest(target: WatchTarget, plan: ListPlan, token: string | undefined): RequestOptions {
  const { resourceVersion, limit } = plan;
  return get(target, {
    ...(limit !== undefined && { limit: String(limit) }),
    // A continue token contains the version; the server refuses requests with both.
    ...(token === undefined ? versionAtLeast(resourceVersion) : { continue: token }),
  });
}

/** Without `resourceVersionMatch`, a version together with a limit means exactly this version, which expires. */
function versionAtLeast(resourceVersion: string): Record<string, string> {
  if (resourceVersion === "") return {};
  return { resourceVersion, resourceVersionMatch: "NotOlderThan" };
}

export function watchRequest(target: WatchTarget, resourceVersion: string, timeoutSeconds: number): RequestOptions {
  return get(target, {
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(timeoutSeconds),
    ...(resourceVersion !== "" && { resourceVersion }),
  });
}

/** The request for all objects, not older than a version (empty: the newest), and then for their changes. */
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
 * Asks the API server to leave out `managedFields`, which are often half of an object and are not used here. Servers from 1.37
 * on support this, others ignore it. A server that refuses the parameter can answer plain JSON.
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
