/** What tells that a server has gone back in time, as after a restore of etcd from a backup. Pure. */

import type { WriteResult } from "../kube/mod.ts";
import { isOlder } from "../model/mod.ts";

/** The server was at `resourceVersion` after it had shown `seen`, which is newer. */
export interface SetBack {
  /** Where it is. */
  readonly resourceVersion: string;
  /** Where it had been. */
  readonly seen: string;
}

/** An object that was made after a version had been seen has a newer one: if not, the server has gone back in between. */
export function setBackBy(result: WriteResult): SetBack | undefined {
  if (result.type !== "stored" || result.seen === undefined) return undefined;
  const { object: { metadata: { resourceVersion } }, seen } = result;
  return isOlder(resourceVersion, seen) ? { resourceVersion, seen } : undefined;
}
