/** Triggers: from a change of an object to the keys that it is to be run for. Pure. */

import {
  controllerOf,
  describeObject,
  formatKey,
  type KubeObject,
  type ObjectRef,
  type OwnerReference,
  parseKey,
  type ResourceKind,
} from "../model/mod.ts";
import { LazyChange } from "./held_change.ts";
import type { Predicate } from "./predicates.ts";
import type { CacheChange } from "./types.ts";

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
      `Cannot say what to run as ${what} threw for "${change}": ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

const NOTHING: Triggered = { keys: [], errors: [] };

/**
 * Runs the object itself.
 *
 * @param predicate Which of its changes are worth a Run.
 */
export function selfTrigger<T extends KubeObject>(predicate: Predicate<T>): Trigger<T> {
  return (change) => {
    try {
      return predicate(change) ? { keys: [{ key: change.key, reason: reasonOf(change) }], errors: [] } : NOTHING;
    } catch (error) {
      return { keys: [], errors: [new TriggerError("the predicate", describeChange(change), error)] };
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
    const owners = before === after ? [after] : [before, after];
    const keys = others.length === 0 ? owners : new Set([...owners, ...others]);
    return { keys: [...keys].filter((key) => key !== undefined).map((key) => ({ key, reason })), errors: [] };
  };
}

const NO_KEYS: readonly string[] = [];

/** The owners by place and by labels. Labels count only where no other owner controls the object: pods have those of their workload. */
function tiedOwners(change: CacheChange, before: Owners, after: Owners, tied: OwnerFinder): readonly string[] {
  const { key } = change;
  const found = tied.byPlace(key);
  const labelled = [
    ...(isControlled(after) ? NO_KEYS : tied.byLabels(key, change.after?.metadata.labels)),
    ...(isControlled(before) ? NO_KEYS : tied.byLabels(key, change.before?.metadata.labels)),
  ];
  return labelled.length === 0 ? found : [...found, ...labelled];
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
 * is run as well.
 *
 * @param kind The kind of the objects that it is asked about, for errors.
 * @param map Says which objects are to be run. Must be pure.
 */
export function mapTrigger<T extends KubeObject>(
  kind: ResourceKind<T>,
  map: (object: T) => readonly ObjectRef[],
): Trigger<T> {
  const what = `the mapping${map.name ? ` "${map.name}"` : ""} of ${kind.kind}`;
  return (change) => {
    const keys = new Set<string>();
    const errors: TriggerError[] = [];
    for (const object of [change.before, change.after]) {
      if (!object) continue;
      try {
        for (const ref of map(object)) keys.add(formatKey(ref));
      } catch (error) {
        errors.push(new TriggerError(what, describeChange(change), error));
      }
    }
    const reason = keys.size > 0 ? reasonOf(change) : "";
    return { keys: [...keys].map((key) => ({ key, reason })), errors };
  };
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

/** A change, for people: `Secret default/foo changed`. */
export function describeChange(change: CacheChange): string {
  return `${describeObject({ kind: kindOfChange(change) }, parseKey(change.key))} ${verbOf(change)}`;
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
