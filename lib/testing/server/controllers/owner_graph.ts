/** Owners and dependents: all objects by UID, and the dependents of each owner. */

import type { ServerObject } from "../values/mod.ts";
import type { Table } from "../store/mod.ts";

/** Where an object is. */
export interface Location {
  readonly table: Table;
  readonly place: string;
}

/** Updated with every change of the store. */
export class OwnerGraph {
  readonly #locations = new Map<string, Location>();
  readonly #dependents = new Map<string, Map<string, Location>>();

  /** Records a change; `before` and `after` are states of the object at the same place. */
  update(location: Location, before: ServerObject | undefined, after: ServerObject | undefined): void {
    if (before && before.metadata.uid !== after?.metadata.uid) this.#locations.delete(before.metadata.uid);
    if (after && after.metadata.uid !== before?.metadata.uid) this.#locations.set(after.metadata.uid, location);
    if (before?.metadata.ownerReferences === after?.metadata.ownerReferences && before && after) return;
    for (const { uid } of before?.metadata.ownerReferences ?? []) {
      this.#dependents.get(uid)?.delete(before!.metadata.uid);
    }
    for (const { uid } of after?.metadata.ownerReferences ?? []) {
      this.#dependentsOf(uid).set(after!.metadata.uid, location);
    }
  }

  /** The location of the object with a UID. */
  locate(uid: string): Location | undefined {
    return this.#locations.get(uid);
  }

  /** Whether an object has dependents. */
  hasDependents(uid: string): boolean {
    return (this.#dependents.get(uid)?.size ?? 0) > 0;
  }

  /** The locations of an owner's dependents. */
  dependents(uid: string): Location[] {
    return [...this.#dependents.get(uid)?.values() ?? []];
  }

  /** Removes owners that are referenced but do not exist, or no longer do. */
  forget(uid: string): void {
    if (!this.hasDependents(uid)) this.#dependents.delete(uid);
  }

  #dependentsOf(uid: string): Map<string, Location> {
    let dependents = this.#dependents.get(uid);
    if (!dependents) this.#dependents.set(uid, dependents = new Map());
    return dependents;
  }
}

export function objectAt({ table, place }: Location): ServerObject | undefined {
  return table.get(place);
}
