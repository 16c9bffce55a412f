/** What a change means to an object whose Run has failed: whether it may wait as it would have. Pure. */

import { jsonEquals } from "../../kube/mod.ts";
import type { KubeObject } from "../../model/mod.ts";
import type { Urgency } from "../../queue/mod.ts";
import { type CacheChange, deletionRequested } from "../../watch/mod.ts";

/** What the change of an object means to the object itself. Never throws. */
export function urgencyForItself(change: CacheChange): Urgency {
  try {
    return isAnother(change) ? "release" : "soon";
  } catch {
    // An object that cannot be looked at.
    return "soon";
  }
}

/** What the change of an object means to those that own it, or that it is mapped to: what they failed for may be over. */
export function urgencyForOthers(): Urgency {
  return "soon";
}

/** Whether what has failed is no longer what there is: the object is new, gone, another one, to be deleted, or edited. */
function isAnother(change: CacheChange): boolean {
  // Of a new object nothing needs to be looked at: what is in a list is not parsed for this.
  const { before } = change;
  if (!before) return true;
  const { after } = change;
  if (!after || before.metadata.uid !== after.metadata.uid) return true;
  return isEdited(before, after) || deletionRequested({ before, after });
}

/** Whether somebody has changed what the object asks for. A kind that counts its generations says so itself. */
function isEdited(before: KubeObject, after: KubeObject): boolean {
  const { generation } = after.metadata;
  if (generation !== undefined) return generation !== before.metadata.generation;
  return differs(before, after, NOT_ASKED_FOR) || differs(before.metadata, after.metadata, KEPT_BY_SERVER);
}

/** What no user writes. Metadata is looked at for itself. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(["status", "metadata"]);
const KEPT_BY_SERVER: ReadonlySet<string> = new Set(["resourceVersion", "managedFields"]);

type Fields = Readonly<Record<string, unknown>>;

/** Own fields only: some kinds let users name them. */
function differs(before: object, after: object, besides: ReadonlySet<string>): boolean {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...all].some((key) =>
    !besides.has(key) && !(Object.hasOwn(before, key) && Object.hasOwn(after, key) &&
      jsonEquals((before as Fields)[key], (after as Fields)[key]))
  );
}
