/** A list whose pages have not all arrived. Nothing of it is visible yet. */

import type { KubeObject } from "../../model/mod.ts";
import type { HeldObjects } from "./held_objects.ts";

/** Stands for the slot of a listed object that is known already, with the same version and content. */
export const KNOWN = -1;

/** The slots of the listed objects, or {@link KNOWN}, until the list is complete. */
export class PartialList<T extends KubeObject> {
  readonly #held: HeldObjects<T>;
  #slots = new Map<string, number>();

  /** @param held The objects of the cache. */
  constructor(held: HeldObjects<T>) {
    this.#held = held;
  }

  /** Adds an object. One that is known already is not stored again; in later lists these are nearly all. */
  receive(key: string, object: T, known: number | undefined): void {
    this.#forgetOne(this.#slots.get(key));
    this.#slots.set(
      key,
      known !== undefined && this.#isKnown(known, object) ? KNOWN : this.#held.addListed(object, known),
    );
  }

  /** Hands a known slot, which the cache is about to release, over to the list; returns `false` if the list does not use it. */
  takeOver(key: string, slot: number): boolean {
    if (this.#slots.get(key) !== KNOWN) return false;
    this.#slots.set(key, slot);
    return true;
  }

  /** Ends the list, and returns its slots. */
  complete(): Map<string, number> {
    const slots = this.#slots;
    this.#slots = new Map();
    return slots;
  }

  /** Drops the list, because it broke off. */
  forget(): void {
    for (const slot of this.complete().values()) this.#forgetOne(slot);
  }

  /**
   * Compares the content too: after a restore of etcd the same version may have other content, and that may show only
   * later.
   */
  #isKnown(slot: number, object: T): boolean {
    return this.#held.version(slot) === object.metadata.resourceVersion && this.#held.says(slot, object);
  }

  #forgetOne(slot: number | undefined): void {
    if (slot !== undefined && slot !== KNOWN) this.#held.remove(slot);
  }
}
