/** Finds owners of dependents without an owner reference, by the dependents' place and labels. */

import { instanceOf, managerOf, readLabels } from "../../components/mod.ts";
import { formatKey, type KubeObject, parseKey, type ResourceKind } from "../../model/mod.ts";
import type { PlannedDependent, StepDefinition, Steps } from "../../steps/mod.ts";
import type { CachedKind, OwnerFinder } from "../../watch/mod.ts";

const NONE: readonly string[] = [];

/**
 * The owners of one controller whose dependents may have no owner reference: those in another namespace, cluster-scoped
 * ones, or by choice. Each Run reports the dependents of its plan. Labels that name this controller's kind also lead to
 * the owner.
 */
export class TiedOwners {
  readonly #primary: CachedKind;
  readonly #manager: string;
  /** The keys of owners, by the place or labels of their dependents. */
  readonly #owners = new Map<string, Set<string>>();
  /** The places and labels of an owner's dependents, by its key. */
  readonly #ties = new Map<string, readonly string[]>();
  /** The dependents of a plan that may have no owner reference. */
  readonly #planned = new WeakMap<Steps<KubeObject>, readonly PlannedDependent<KubeObject>[]>();
  /** The keys of owners, by the label value for their name. Built when first needed. */
  #named: Map<string, Set<string>> | undefined;

  /** @param resource The owners' kind. @param primary The view of the owners. */
  constructor(resource: ResourceKind, primary: CachedKind) {
    this.#primary = primary;
    this.#manager = managerOf(resource);
  }

  /** How many owners are remembered. */
  get size(): number {
    return this.#ties.size;
  }

  /** Records the dependents that a plan has for an object. Never throws. */
  note(key: string, object: KubeObject, plan: Steps<KubeObject>): void {
    const planned = this.#dependentsOf(plan);
    if (planned.length === 0) return;
    const before = this.#ties.get(key) ?? NONE;
    const ties = planned.flatMap((dependent) => tiesOf(dependent, object));
    // During cleanup, dependents are still waited for, even if the cleanup's plan does not have them.
    if (object.metadata.deletionTimestamp !== undefined) ties.push(...before);
    if (ties.length === before.length && ties.every((tie, at) => tie === before[at])) return;
    this.forget(key);
    const unique = [...new Set(ties)];
    if (unique.length === 0) return;
    this.#ties.set(key, unique);
    for (const tie of unique) addTo(this.#owners, tie, key);
  }

  /** Forgets an object that is gone. */
  forget(key: string): void {
    const ties = this.#ties.get(key);
    if (!ties) return;
    this.#ties.delete(key);
    for (const tie of ties) removeFrom(this.#owners, tie, key);
  }

  /** Makes a finder for the owners of a kind of dependents. */
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

  /** By key only, so that no object has to be parsed. */
  #indexNames(): Map<string, Set<string>> {
    const named = new Map<string, Set<string>>();
    this.#primary.subscribe((changes) => {
      for (const change of changes) {
        const instance = instanceOf(parseKey(change.key).name);
        // Objects of a list are not parsed for this.
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

/** Names and labels come from user functions. If one throws, the step that uses it throws too and reports it. */
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

/** Neither part can contain a space. */
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
