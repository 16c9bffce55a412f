/** Owners that no owner reference leads to: found by where their dependents are, and by the labels these have. */

import { instanceOf, managerOf, readLabels } from "../../components/mod.ts";
import { formatKey, type KubeObject, parseKey, type ResourceKind } from "../../model/mod.ts";
import type { PlannedDependent, StepDefinition, Steps } from "../../steps/mod.ts";
import type { CachedKind, OwnerFinder } from "../../watch/mod.ts";

const NONE: readonly string[] = [];

/**
 * The owners of one controller whose dependents may be tied to them by place and labels alone: in another namespace, in none,
 * or by choice. Each Run tells which dependents its plan has; besides, labels that name this controller's kind name the owner.
 */
export class TiedOwners {
  readonly #primary: CachedKind;
  readonly #manager: string;
  /** The keys of owners, by where and how their dependents are. */
  readonly #owners = new Map<string, Set<string>>();
  /** Where and how an owner's dependents are, by its key. */
  readonly #ties = new Map<string, readonly string[]>();
  /** The dependents of a plan that may be tied. */
  readonly #planned = new WeakMap<Steps<KubeObject>, readonly PlannedDependent<KubeObject>[]>();
  /** The keys of owners, by the label that stands for their name; made when it is first needed. */
  #named: Map<string, Set<string>> | undefined;

  /** @param resource The owners' kind. @param primary The owners. */
  constructor(resource: ResourceKind, primary: CachedKind) {
    this.#primary = primary;
    this.#manager = managerOf(resource);
  }

  /** How many owners are remembered whose dependents may be tied to them. */
  get size(): number {
    return this.#ties.size;
  }

  /** Takes note of the dependents that a plan has for an object. Never throws. */
  note(key: string, object: KubeObject, plan: Steps<KubeObject>): void {
    const planned = this.#dependentsOf(plan);
    if (planned.length === 0) return;
    const before = this.#ties.get(key) ?? NONE;
    const ties = planned.flatMap((dependent) => tiesOf(dependent, object));
    // What is being cleaned up is still waited for, whether its plan speaks of it or not.
    if (object.metadata.deletionTimestamp !== undefined) ties.push(...before);
    if (ties.length === before.length && ties.every((tie, at) => tie === before[at])) return;
    this.forget(key);
    const unique = [...new Set(ties)];
    if (unique.length === 0) return;
    this.#ties.set(key, unique);
    for (const tie of unique) addTo(this.#owners, tie, key);
  }

  /** The object is gone. */
  forget(key: string): void {
    const ties = this.#ties.get(key);
    if (!ties) return;
    this.#ties.delete(key);
    for (const tie of ties) removeFrom(this.#owners, tie, key);
  }

  /** Finds the owners of dependents of a kind. */
  finderFor(kind: ResourceKind): OwnerFinder {
    return {
      byPlace: (key) => this.#owners.size === 0 ? NONE : [...this.#owners.get(placeTie(kind, key)) ?? NONE],
      byLabels: (key, labels) => this.#byLabels(kind, key, labels),
    };
  }

  #byLabels(kind: ResourceKind, key: string, labels: Readonly<Record<string, string>> | undefined): readonly string[] {
    const read = readLabels(labels);
    if (!read) return NONE;
    const planned = this.#owners.get(labelTie(kind, parseKey(key).namespace, read.id)) ?? NONE;
    if (read.manager !== this.#manager) return [...planned];
    this.#named ??= this.#indexNames();
    return [...planned, ...this.#named.get(read.instance) ?? NONE];
  }

  /** By key alone: no object is parsed for it. */
  #indexNames(): Map<string, Set<string>> {
    const named = new Map<string, Set<string>>();
    this.#primary.subscribe((changes) => {
      for (const change of changes) {
        const instance = instanceOf(parseKey(change.key).name);
        // What is in a list is not looked at for this.
        if (change.source === "initial" || change.after) addTo(named, instance, change.key);
        else removeFrom(named, instance, change.key);
      }
    });
    return named;
  }

  #dependentsOf(plan: Steps<KubeObject>): readonly PlannedDependent<KubeObject>[] {
    const known = this.#planned.get(plan);
    if (known) return known;
    const planned = plan.definitions.flatMap(tiedBy);
    this.#planned.set(plan, planned);
    return planned;
  }
}

function tiedBy(definition: StepDefinition<KubeObject>): readonly PlannedDependent<KubeObject>[] {
  const dependent = definition.type === "observe" ? definition.dependent : undefined;
  return dependent?.isTied ? [dependent] : [];
}

/** Names and labels come from the user's functions. When one throws, so does the step that uses it, which tells. */
function tiesOf(dependent: PlannedDependent<KubeObject>, owner: KubeObject): string[] {
  try {
    const tie = dependent.tieTo(owner);
    if (!tie) return [];
    const read = readLabels(tie.labels);
    const { kind } = dependent;
    return [placeTie(kind, formatKey(tie.ref)), ...(read ? [labelTie(kind, tie.ref.namespace, read.id)] : [])];
  } catch {
    return [];
  }
}

/** No part of either can hold a space. */
function placeTie({ group, plural }: ResourceKind, key: string): string {
  return `${plural}.${group} ${key}`;
}

function labelTie({ group, plural }: ResourceKind, namespace: string | undefined, id: string): string {
  return `${plural}.${group} ${namespace ?? ""} ${id}`;
}

function addTo(sets: Map<string, Set<string>>, value: string, key: string): void {
  const keys = sets.get(value);
  if (keys) keys.add(key);
  else sets.set(value, new Set([key]));
}

function removeFrom(sets: Map<string, Set<string>>, value: string, key: string): void {
  const keys = sets.get(value);
  if (!keys?.delete(key) || keys.size > 0) return;
  sets.delete(value);
}
