/** Detects by an own write that the server has gone back in time, as after a restore of etcd from a backup. Pure. */

import type { WriteResult } from "../../kube/mod.ts";
import { isOlder } from "../../model/mod.ts";

/** The server was at `resourceVersion` after it had shown `seen`, which is newer. */
export interface SetBack {
  /** The server's version now. */
  readonly resourceVersion: string;
  /** The newest version that was seen before. */
  readonly seen: string;
}

/**
 * Whether a write shows that the server has gone back: an object that was created after a version had been seen must have a
 * newer version. `undefined` if it has, or if a watch has found the restore meanwhile.
 *
 * @param result The result of the write.
 * @param restores Returns how many restores of this kind have been found by now; only called if that is needed.
 */
export function setBackBy(result: WriteResult, restores: () => number | undefined): SetBack | undefined {
  if (result.type !== "stored" || result.seen === undefined) return undefined;
  const { object: { metadata: { resourceVersion } }, seen } = result;
  if (!isOlder(resourceVersion, seen.resourceVersion) || seen.restores !== restores()) return undefined;
  return { resourceVersion, seen: seen.resourceVersion };
}
