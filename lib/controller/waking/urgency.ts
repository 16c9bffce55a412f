/** Decides whether a change ends the backoff of an object whose Run failed. Pure. */

import { jsonEquals } from "../../kube/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import type { Urgency } from "../../queue/mod.ts";
import { type CacheChange, deletionRequested } from "../../watch/mod.ts";

/** The urgency of an object's own change. Never throws. */
export function urgencyForItself(change: CacheChange): Urgency {
  try {
    return isAnother(change) ? "release" : "soon";
  } catch {
    // The object cannot be read.
    return "soon";
  }
}

/** The urgency of a change for the objects that own it or that it is mapped to: the cause of their failure may be gone. */
export function urgencyForOthers(): Urgency {
  return "soon";
}

/** Whether the failed object is no longer the same: it is new, gone, recreated, to be deleted, or edited. */
function isAnother(change: CacheChange): boolean {
  // A new object need not be looked at, so objects of a list are not parsed for this.
  const { before } = change;
  if (!before) return true;
  const { after } = change;
  if (!after || before.metadata.uid !== after.metadata.uid) return true;
  return isEdited(before, after) || deletionRequested({ before, after });
}

/** Whether the desired state was edited. Kinds with a generation show it there. */
function isEdited(before: KubeObject, after: KubeObject): boolean {
  const { generation } = after.metadata;
  if (generation !== undefined) return generation !== before.metadata.generation;
  return differs(before, after, NOT_ASKED_FOR) || differs(before.metadata, after.metadata, KEPT_BY_SERVER);
}

/** Fields that no user writes. Metadata is compared separately. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(["status", "metadata"]);
const KEPT_BY_SERVER: ReadonlySet<string> = new Set(["resourceVersion", "managedFields"]);

type Fields = Readonly<Record<string, unknown>>;

/** Only own fields, because some kinds let users choose field names. */
function differs(before: object, after: object, besides: ReadonlySet<string>): boolean {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...all].some((key) =>
    !besides.has(key) && !(Object.hasOwn(before, key) && Object.hasOwn(after, key) &&
      jsonEquals((before as Fields)[key], (after as Fields)[key]))
  );
}
