/** Subscribes a controller to changes: which changes wake which objects. */

import type { ResourceKind } from "../../model/mod.ts";
import type { Urgency, WorkQueue } from "../../queue/mod.ts";
import {
  anyOf,
  type CacheChange,
  type CachedKind,
  deletionRequested,
  describeChange,
  mapTrigger,
  ownerTrigger,
  type Predicate,
  selfTrigger,
  type Trigger,
  TriggerError,
} from "../../watch/mod.ts";
import type { LateWrites } from "./late_writes.ts";
import type { OwnEchoes } from "./own_echoes.ts";
import type { ResolvedController } from "../options/mod.ts";
import type { TiedOwners } from "./tied_owners.ts";
import { urgencyForItself, urgencyForOthers } from "./urgency.ts";
import type { ControllerViews } from "./views.ts";

/** What the triggers need. */
export interface Waking {
  readonly queue: WorkQueue;
  /** Own writes that may arrive late; they pass every predicate. */
  readonly lateWrites: LateWrites;
  /** Finds owners without an owner reference. */
  readonly tied: TiedOwners;
  /**
   * Called if a predicate or mapping function throws; what the others returned still wakes its objects. Also called if
   * a change cannot be read; the other changes of its batch still count.
   */
  readonly onError: (error: unknown) => void;
  /** Tells echoes of own writes from changes by others. */
  readonly echoes: OwnEchoes;
}

/**
 * Connects changes to the objects that they wake.
 *
 * @param waking What the triggers need.
 */
export function connectTriggers(controller: ResolvedController, views: ControllerViews, waking: Waking): void {
  const inScope = scopeFilter(controller);
  const connect = (view: CachedKind, trigger: Trigger, urgency: UrgencyOf = urgencyForOthers) =>
    view.subscribe((changes) => {
      for (const change of changes) {
        try {
          wake(change, trigger, urgency, inScope, waking);
        } catch (error) {
          waking.onError(new TriggerError("a part of it", describeChange(change), error));
        }
      }
    });
  /** A change that may be a late write skips the predicate. */
  const unlessLate = (kind: ResourceKind, filteredTrigger: Trigger, trigger: Trigger): Trigger => (change) =>
    waking.lateWrites.mayBe(kind, change) ? trigger(change) : filteredTrigger(change);
  const { resource, predicate: own } = controller;
  const always = selfTrigger(() => true);
  connect(views.primary, unlessLate(resource, selfTrigger(anyOf(beginsOrEnds, own)), always), urgencyForItself);
  for (const view of views.owned) connect(view, ownerTrigger(resource, waking.tied.finderFor(view.kind)));
  controller.watches.forEach(({ kind, map, predicate }, at) => {
    const trigger = mapTrigger(kind, map, resource);
    connect(views.watched[at]!, predicate ? unlessLate(kind, filtered(predicate, trigger), trigger) : trigger);
  });
}

/** Changes that always wake an object, whatever its predicate says: otherwise a finalizer might never be added or removed. */
const beginsOrEnds: Predicate = (change) => {
  const { before } = change;
  // A new object need not be looked at, so objects of a list are not parsed for this.
  if (!before) return true;
  const { after } = change;
  return !after || before.metadata.uid !== after.metadata.uid || deletionRequested(change);
};

/** Applies a predicate to a trigger, and handles its errors like the trigger's own. */
function filtered(predicate: Predicate, trigger: Trigger): Trigger {
  const ask = selfTrigger(predicate);
  return (change) => {
    const asked = ask(change);
    if (asked.keys.length === 0) return asked;
    const { keys, errors } = trigger(change);
    return { keys, errors: [...asked.errors, ...errors] };
  };
}

type UrgencyOf = (change: CacheChange) => Urgency;

function wake(
  change: CacheChange,
  trigger: Trigger,
  urgencyOf: UrgencyOf,
  inScope: (key: string) => boolean,
  { queue, onError, echoes }: Waking,
): void {
  const { source } = change;
  const bulk = source === "initial" || source === "relist";
  const { keys, errors } = trigger(change);
  const urgency = keys.length > 0 ? urgencyOf(change) : undefined;
  for (const { key, reason } of keys) {
    if (!inScope(key)) continue;
    queue.add({ key, reason, bulk, urgency: urgency && echoes.weigh(key, change, urgency) });
  }
  for (const error of errors) onError(error);
}

/** Other kinds may be watched in more namespaces than the controller manages, or refer to objects elsewhere. */
function scopeFilter({ namespaces }: ResolvedController): (key: string) => boolean {
  if (!namespaces) return () => true;
  return (key) => namespaces.includes(key.slice(0, key.indexOf("/")));
}
