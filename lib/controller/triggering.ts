/** Which changes wake which objects: the subscriptions of one controller. */

import type { Urgency, WorkQueue } from "../queue/mod.ts";
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
} from "../watch/mod.ts";
import type { ResolvedController } from "./resolve.ts";
import { urgencyForItself, urgencyForOthers } from "./urgency.ts";

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
 * @param onError Told when a predicate or a mapping function throws; what it did not throw for still wakes its objects. Told,
 * too, when a change cannot be looked at; the other changes of its chunk still wake theirs.
 * @param isWriting Whether what is being told of is a write of this key's own Run: no reason for that Run to hurry.
 */
export function connectTriggers(
  controller: ResolvedController,
  views: ControllerViews,
  queue: WorkQueue,
  onError: (error: unknown) => void,
  isWriting: (key: string) => boolean,
): void {
  const waking: Waking = { queue, inScope: scopeFilter(controller), onError, isWriting };
  const connect = (view: CachedKind, trigger: Trigger, urgency: UrgencyOf = urgencyForOthers) =>
    view.subscribe((changes) => {
      for (const change of changes) {
        try {
          wake(change, trigger, urgency, waking);
        } catch (error) {
          onError(new TriggerError("a part of it", describeChange(change), error));
        }
      }
    });
  connect(views.primary, selfTrigger(anyOf(beginsOrEnds, controller.predicate)), urgencyForItself);
  for (const view of views.owned) connect(view, ownerTrigger(controller.resource));
  controller.watches.forEach(({ kind, map, predicate }, at) => {
    const trigger = mapTrigger(kind, map, controller.resource);
    connect(views.watched[at]!, predicate ? filtered(predicate, trigger) : trigger);
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

type UrgencyOf = (change: CacheChange) => Urgency;

/** What waking takes. */
interface Waking {
  readonly queue: WorkQueue;
  readonly inScope: (key: string) => boolean;
  readonly onError: (error: unknown) => void;
  readonly isWriting: (key: string) => boolean;
}

function wake(change: CacheChange, trigger: Trigger, urgencyOf: UrgencyOf, waking: Waking): void {
  const { queue, inScope, onError, isWriting } = waking;
  const { source } = change;
  const bulk = source === "initial" || source === "relist";
  const { keys, errors } = trigger(change);
  const urgency = keys.length > 0 ? urgencyOf(change) : undefined;
  for (const { key, reason } of keys) {
    if (!inScope(key)) continue;
    queue.add({ key, reason, bulk, urgency: source === "write" && isWriting(key) ? undefined : urgency });
  }
  for (const error of errors) onError(error);
}

/** Other kinds may be watched in more namespaces than the controller looks after, or name objects elsewhere. */
function scopeFilter({ namespaces }: ResolvedController): (key: string) => boolean {
  if (!namespaces) return () => true;
  return (key) => namespaces.includes(key.slice(0, key.indexOf("/")));
}
