/** Triggers: from a change of an object to the keys that it is to be run for. Pure. */

import {
  controllerOf,
  describeObject,
  formatKey,
  type KubeObject,
  messageOf,
  type ObjectRef,
  type OwnerReference,
  parseKey,
  type ResourceKind,
} from "../../model/mod.ts";
import { LazyChange } from "../cache/mod.ts";
import { refusePromise } from "../refuse_promise.ts";
import { ask, type Predicate } from "./predicates.ts";
import type { CacheChange } from "../types.ts";

/** A key that is to be run, and why. */
export interface TriggeredKey {
  /** The key of the object to be run. */
  readonly key: string;
  /** For people: `Secret default/foo changed`; `Secret listed` when it was in the first list. */
  readonly reason: string;
}

/** What a change leads to. */
export interface Triggered {
  /** What is to be run. */
  readonly keys: readonly TriggeredKey[];
  /** What the user's own functions threw. The keys that were found all the same are in `keys`. */
  readonly errors: readonly TriggerError[];
}

/** Says which keys a change is to be run for. Never throws. */
export type Trigger<T extends KubeObject = KubeObject> = (change: CacheChange<T>) => Triggered;

/** A function of the user's threw while a change was being looked at. */
export class TriggerError extends Error {
  /** Tells this error from others. */
  override readonly name = "TriggerError";

  /**
   * Says what happened.
   *
   * @param what What the function is, for people.
   * @param change What it was given.
   * @param cause What it threw.
   */
  constructor(what: string, change: string, cause: unknown) {
    super(
      `Cannot say what to run as ${what} threw for "${change}": ${messageOf(cause)}`,
      { cause },
    );
  }
}

const NOTHING: Triggered = { keys: [], errors: [] };

/**
 * Runs the object itself; also when the predicate throws, or returns a promise: a Run too many does no harm, and one that
 * never comes does.
 *
 * @param predicate Which of its changes are worth a Run.
 */
export function selfTrigger<T extends KubeObject>(predicate: Predicate<T>): Trigger<T> {
  return (change) => {
    try {
      if (!ask(predicate, change)) return NOTHING;
      return { keys: [{ key: change.key, reason: reasonOf(change) }], errors: [] };
    } catch (error) {
      const what = describeChange(change);
      return { keys: [{ key: change.key, reason: what }], errors: [new TriggerError("the predicate", what, error)] };
    }
  };
}

/** Finds the owners of objects that no owner reference leads to. Neither way throws. */
export interface OwnerFinder {
  /** The keys of the owners whose dependent has its place there, whatever is there now. */
  byPlace(key: string): readonly string[];
  /** The keys of the owners whose dependents have such labels. */
  byLabels(key: string, labels: Readonly<Record<string, string>> | undefined): readonly string[];
}

/**
 * Runs the owner of the object: the one that its owner references call the controller. When the owner has changed, both
 * are run.
 *
 * @param ownerKind The owner's kind. Its version does not matter: a reference keeps the version that wrote it.
 * @param tied Finds the owners that no owner reference leads to. Not asked about the first list, with which all owners are run.
 */
export function ownerTrigger<T extends KubeObject>(ownerKind: ResourceKind, tied?: OwnerFinder): Trigger<T> {
  return (change) => {
    const [ownersBefore, ownersAfter] = ownersOf(change);
    const others = tied && change.source !== "initial" ? tiedOwners(change, ownersBefore, ownersAfter, tied) : NO_KEYS;
    if (!ownersBefore && !ownersAfter && others.length === 0) return NOTHING;
    const before = ownerKey(change.key, ownersBefore, ownerKind);
    const after = ownerKey(change.key, ownersAfter, ownerKind);
    if (before === undefined && after === undefined && others.length === 0) return NOTHING;
    const reason = reasonOf(change);
    const single = before ?? after;
    // Nearly always.
    if (
      others.length === 0 && single !== undefined && (before === after || before === undefined || after === undefined)
    ) {
      return { keys: [{ key: single, reason }], errors: NO_ERRORS };
    }
    const keys = new Set([before, after, ...others].filter((key) => key !== undefined));
    return { keys: Array.from(keys, (key) => ({ key, reason })), errors: NO_ERRORS };
  };
}

const NO_KEYS: readonly string[] = [];
const NO_ERRORS: readonly TriggerError[] = [];

/** The owners by place and by labels. Labels count only where no other owner controls the object: pods have those of their workload. */
function tiedOwners(change: CacheChange, before: Owners, after: Owners, tied: OwnerFinder): readonly string[] {
  const { key } = change;
  const found = tied.byPlace(key);
  const labelledAfter = isControlled(after) ? NO_KEYS : byLabels(tied, key, change.after);
  const labelledBefore = isControlled(before) ? NO_KEYS : byLabels(tied, key, change.before);
  if (labelledAfter.length === 0 && labelledBefore.length === 0) return found;
  return [...found, ...labelledAfter, ...labelledBefore];
}

function byLabels(tied: OwnerFinder, key: string, object: KubeObject | undefined): readonly string[] {
  return object?.metadata.labels ? tied.byLabels(key, object.metadata.labels) : NO_KEYS;
}

function isControlled(ownerReferences: Owners): boolean {
  return ownerReferences !== undefined && controllerOf({ metadata: { ownerReferences } }) !== undefined;
}

type Owners = readonly OwnerReference[] | undefined;

/** A cache keeps the owner references beside the texts of the objects, which need not be parsed for them. */
function ownersOf(change: CacheChange): readonly [before: Owners, after: Owners] {
  return change instanceof LazyChange
    ? [change.ownersBefore, change.ownersAfter]
    : [change.before?.metadata.ownerReferences, change.after?.metadata.ownerReferences];
}

/** A namespaced owner is in the namespace of what it owns; it cannot own what is in none. */
function ownerKey(key: string, ownerReferences: Owners, kind: ResourceKind): string | undefined {
  const owner = ownerReferences && controllerOf({ metadata: { ownerReferences } });
  if (!owner || owner.kind !== kind.kind || groupOf(owner.apiVersion) !== kind.group) return undefined;
  if (kind.scope === "Cluster") return owner.name;
  const { namespace } = parseKey(key);
  return namespace === undefined ? undefined : formatKey({ namespace, name: owner.name });
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/**
 * Runs whatever a function says. It is asked about the object as it was and as it is, so that what was referred to before
 * is run as well. A reference without a namespace means the namespace of the object that the function was asked about; for a
 * cluster-scoped resource, a namespace says nothing.
 *
 * @param kind The kind of the objects that it is asked about.
 * @param map Says which objects are to be run. Must be pure.
 * @param resource What is run.
 */
export function mapTrigger<T extends KubeObject>(
  kind: ResourceKind<T>,
  map: (object: T) => readonly ObjectRef[],
  resource: ResourceKind,
): Trigger<T> {
  const what = `the mapping${map.name ? ` "${map.name}"` : ""} of ${kind.kind}`;
  return (change) => {
    const keys = new Set<string>();
    const errors: TriggerError[] = [];
    const attempt = (act: () => void) => {
      try {
        act();
      } catch (error) {
        errors.push(new TriggerError(what, describeChange(change), error));
      }
    };
    for (const object of [change.before, change.after]) {
      if (!object) continue;
      attempt(() => {
        // Each by itself: one reference that cannot be meant keeps no other from being run.
        const refs = map(object);
        refusePromise(refs);
        for (const ref of refs) {
          attempt(() => keys.add(mappedKey(ref, resource, object.metadata.namespace)));
        }
      });
    }
    const reason = keys.size > 0 ? reasonOf(change) : "";
    return { keys: [...keys].map((key) => ({ key, reason })), errors };
  };
}

/** @throws {TypeError} If it cannot be told which object is meant. */
function mappedKey(ref: ObjectRef, { kind, scope }: ResourceKind, fallback: string | undefined): string {
  const { name, namespace } = ref;
  if (!isPart(name)) {
    throw new TypeError(`it must give references with a name: current value is ${JSON.stringify(ref)}`);
  }
  if (scope === "Cluster") return name;
  const place = namespace ?? fallback;
  if (isPart(place)) return formatKey({ namespace: place, name });
  throw new TypeError(`it must give a namespace, as ${kind} is namespaced: current value is ${JSON.stringify(ref)}`);
}

/** Whether it can be a part of a key. */
function isPart(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("/");
}

const LISTED = new Map<string, string>();

/** Why a key is run. Of a first list, which may have a hundred thousand objects, it is one text for all. */
function reasonOf(change: CacheChange): string {
  if (change.source !== "initial") return describeChange(change);
  const kind = kindOfChange(change);
  const listed = LISTED.get(kind) ?? `${kind} listed`;
  LISTED.set(kind, listed);
  return listed;
}

/** A change, for people: `Secret default/foo changed`. Never throws, also when its objects cannot be looked at. */
export function describeChange(change: CacheChange): string {
  try {
    return `${describeObject({ kind: kindOfChange(change) }, parseKey(change.key))} ${verbOf(change)}`;
  } catch {
    return `${change.key} changed`;
  }
}

function kindOfChange(change: CacheChange): string {
  return change instanceof LazyChange ? change.kind : (change.after ?? change.before)!.kind;
}

function verbOf({ before, after }: CacheChange): string {
  if (!before) return "appeared";
  if (!after) return "disappeared";
  if (before.metadata.uid !== after.metadata.uid) return "was replaced";
  if (after.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined) {
    return "is being deleted";
  }
  return "changed";
}
