/** Which changes wake which objects: the subscriptions of one controller. */

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

/** What waking takes. */
export interface Waking {
  readonly queue: WorkQueue;
  /** What no predicate keeps from waking: own writes that seem to have arrived late. */
  readonly lateWrites: LateWrites;
  /** Knows the owners that no owner reference leads to. */
  readonly tied: TiedOwners;
  /**
   * Told when a predicate or a mapping function throws; what it did not throw for still wakes its objects. Told, too, when a
   * change cannot be looked at; the other changes of its chunk still wake theirs.
   */
  readonly onError: (error: unknown) => void;
  /** Tells echoes of own writes from what others did. */
  readonly echoes: OwnEchoes;
}

/**
 * Lets changes wake objects.
 *
 * @param waking What waking takes.
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
  /** What may be a late write passes by the predicate. */
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

/** What wakes an object whatever its predicate says: without it a finalizer would never be added, or never be removed. */
const beginsOrEnds: Predicate = (change) => {
  const { before } = change;
  // Of a new object nothing needs to be looked at: what is in a list is not parsed for this.
  if (!before) return true;
  const { after } = change;
  return !after || before.metadata.uid !== after.metadata.uid || deletionRequested(change);
};

/** Asks the predicate first, with the care that a trigger takes of what it throws. */
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

/** Other kinds may be watched in more namespaces than the controller looks after, or name objects elsewhere. */
function scopeFilter({ namespaces }: ResolvedController): (key: string) => boolean {
  if (!namespaces) return () => true;
  return (key) => namespaces.includes(key.slice(0, key.indexOf("/")));
}
