/** Which changes wake which objects: the subscriptions of one controller. */

import type { ResourceKind } from "../model/mod.ts";
import type { WorkQueue } from "../queue/mod.ts";
import {
  anyOf,
  type CacheChange,
  type CachedKind,
  deletionRequested,
  mapTrigger,
  ownerTrigger,
  type Predicate,
  selfTrigger,
  type Trigger,
  type TriggerError,
} from "../watch/mod.ts";
import type { LateWrites } from "./late_writes.ts";
import type { ResolvedController } from "./resolve.ts";

/** The views of one controller, by what they are to it. */
export interface ControllerViews {
  readonly primary: CachedKind;
  /** In the order of `owns`. */
  readonly owned: readonly CachedKind[];
  /** In the order of `watches`. */
  readonly watched: readonly CachedKind[];
}

/**
 * Lets changes wake objects.
 *
 * @param lateWrites What no predicate keeps from waking: own writes that seem to have arrived late.
 * @param onError Told when a predicate or a mapping function throws; what it did not throw for still wakes its objects.
 */
export function connectTriggers(
  controller: ResolvedController,
  views: ControllerViews,
  queue: WorkQueue,
  lateWrites: LateWrites,
  onError: (error: TriggerError) => void,
): void {
  const inScope = scopeFilter(controller);
  const connect = (view: CachedKind, trigger: Trigger) =>
    view.subscribe((changes) => {
      for (const change of changes) wake(change, trigger, queue, inScope, onError);
    });
  /** What may be a late write passes by the predicate. */
  const unlessLate = (kind: ResourceKind, filteredTrigger: Trigger, trigger: Trigger): Trigger => (change) =>
    lateWrites.mayBe(kind, change) ? trigger(change) : filteredTrigger(change);
  const { resource, predicate: own } = controller;
  connect(views.primary, unlessLate(resource, selfTrigger(anyOf(beginsOrEnds, own)), selfTrigger(() => true)));
  for (const view of views.owned) connect(view, ownerTrigger(controller.resource));
  controller.watches.forEach(({ kind, map, predicate }, at) => {
    const trigger = mapTrigger(kind, map);
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
    const answer = ask(change);
    return answer.keys.length > 0 ? trigger(change) : answer;
  };
}

function wake(
  change: CacheChange,
  trigger: Trigger,
  queue: WorkQueue,
  inScope: (key: string) => boolean,
  onError: (error: TriggerError) => void,
): void {
  const bulk = change.source === "initial" || change.source === "relist";
  const { keys, errors } = trigger(change);
  for (const { key, reason } of keys) if (inScope(key)) queue.add({ key, reason, bulk });
  for (const error of errors) onError(error);
}

/** Other kinds may be watched in more namespaces than the controller looks after, or name objects elsewhere. */
function scopeFilter({ namespaces }: ResolvedController): (key: string) => boolean {
  if (!namespaces) return () => true;
  return (key) => namespaces.includes(key.slice(0, key.indexOf("/")));
}
