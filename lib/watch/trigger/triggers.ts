/** Triggers: map a change of an object to the keys that must be run. Pure. */

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

/** A key that must be run, and why. */
export interface TriggeredKey {
  /** The key of the object to run. */
  readonly key: string;
  /** The reason, for logs: `Secret default/foo changed`; `Secret listed` for the initial list. */
  readonly reason: string;
}

/** The result of a trigger. */
export interface Triggered {
  /** The keys to run. */
  readonly keys: readonly TriggeredKey[];
  /** Errors that the user's functions threw. `keys` has the keys that were found nevertheless. */
  readonly errors: readonly TriggerError[];
}

/** Maps a change to the keys that must be run. Never throws. */
export type Trigger<T extends KubeObject = KubeObject> = (change: CacheChange<T>) => Triggered;

/** A user's predicate or mapping threw for a change. */
export class TriggerError extends Error {
  /** The error's name. */
  override readonly name = "TriggerError";

  /**
   * Wraps what a user's function threw.
   *
   * @param what Describes the function: `the predicate`.
   * @param change Describes the change: `Secret default/foo changed`.
   * @param cause What the function threw.
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
 * Runs the object itself. If the predicate throws or returns a promise, the object is run as well: an unnecessary Run does no
 * harm, but a missing one does.
 *
 * @param predicate Decides which changes need a Run.
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

/** Finds owners by other means than owner references. Its methods never throw. */
export interface OwnerFinder {
  /** The keys of the owners whose dependent has this key, whatever object has it now. */
  byPlace(key: string): readonly string[];
  /** The keys of the owners whose dependents have these labels. */
  byLabels(key: string, labels: Readonly<Record<string, string>> | undefined): readonly string[];
}

/**
 * Runs the controller owner of the object (the owner reference with `controller: true`). If the owner has changed, both are
 * run.
 *
 * @param ownerKind The owner's kind. Its version is ignored: a reference keeps the version by which it was written.
 * @param tied Finds owners without owner references. Not called for the initial list, since all owners are run then.
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
    // The usual case: one owner.
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

/**
 * The owners by key and by labels. Labels count only if no other owner controls the object: Pods have the labels of their
 * workload.
 */
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

/** The owner references before and after. A cache keeps them separately, so that objects need not be parsed for this. */
function ownersOf(change: CacheChange): readonly [before: Owners, after: Owners] {
  return change instanceof LazyChange
    ? [change.ownersBefore, change.ownersAfter]
    : [change.before?.metadata.ownerReferences, change.after?.metadata.ownerReferences];
}

/** The key of the controller owner, if it is of the kind. A namespaced owner has the namespace of its dependent. */
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
 * Runs the objects that a user's function returns. It is called with the object before and after the change, so that objects
 * that were referred to before are run as well. A reference without a namespace gets that of the changed object; for a
 * cluster-scoped resource, the namespace is ignored.
 *
 * @param kind The kind of the changed objects.
 * @param map Returns the objects to run. Must be pure.
 * @param resource The kind of the objects to run.
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
        // Each by itself, so that one invalid reference does not prevent the others from being run.
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

/** The key of a reference. @throws {TypeError} If its name or namespace is missing or invalid. */
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

/** Whether a value can be the namespace or name in a key. */
function isPart(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("/");
}

const LISTED = new Map<string, string>();

/** The reason for running a key. All objects of an initial list share one string, as there may be a hundred thousand. */
function reasonOf(change: CacheChange): string {
  if (change.source !== "initial") return describeChange(change);
  const kind = kindOfChange(change);
  const listed = LISTED.get(kind) ?? `${kind} listed`;
  LISTED.set(kind, listed);
  return listed;
}

/** Describes a change: `Secret default/foo changed`. Never throws, even if the objects cannot be read. */
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
