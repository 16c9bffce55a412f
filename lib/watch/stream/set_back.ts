/** What tells that a server has gone back in time, as after a restore of etcd from a backup. Pure. */

import type { WriteResult } from "../../kube/mod.ts";
import { isOlder } from "../../model/mod.ts";

/** The server was at `resourceVersion` after it had shown `seen`, which is newer. */
export interface SetBack {
  /** Where it is. */
  readonly resourceVersion: string;
  /** Where it had been. */
  readonly seen: string;
}

/**
 * What a write tells of that: an object that was made after a version had been seen has a newer one. If not, the server has gone
 * back before the write. Should a watch have found that meanwhile, it is no news.
 *
 * @param result What the write did.
 * @param restores Tells how often it has been found of that kind by now; not called when that does not matter.
 */
export function setBackBy(result: WriteResult, restores: () => number | undefined): SetBack | undefined {
  if (result.type !== "stored" || result.seen === undefined) return undefined;
  const { object: { metadata: { resourceVersion } }, seen } = result;
  if (!isOlder(resourceVersion, seen.resourceVersion) || seen.restores !== restores()) return undefined;
  return { resourceVersion, seen: seen.resourceVersion };
}
