/** A list of which not all pages have come: nothing of it is seen yet. */

import type { KubeObject } from "../../model/mod.ts";
import type { HeldObjects } from "./held_objects.ts";

/** In place of the slot of a listed object: it was known already, in the very version that the list has, and says the same. */
export const KNOWN = -1;

/** Where the objects of a list are held until it is complete, or {@link KNOWN}. */
export class PartialList<T extends KubeObject> {
  readonly #held: HeldObjects<T>;
  #slots = new Map<string, number>();

  /** @param held Holds the objects. */
  constructor(held: HeldObjects<T>) {
    this.#held = held;
  }

  /** Keeps an object. What is known already, nearly all of a later list, needs no keeping. */
  receive(key: string, object: T, known: number | undefined): void {
    this.#forgetOne(this.#slots.get(key));
    this.#slots.set(
      key,
      known !== undefined && this.#isKnown(known, object) ? KNOWN : this.#held.addListed(object, known),
    );
  }

  /** What was known goes. When the list had left it there it is the list's from now on; `false` when it had not. */
  takeOver(key: string, slot: number): boolean {
    if (this.#slots.get(key) !== KNOWN) return false;
    this.#slots.set(key, slot);
    return true;
  }

  /** The list is complete. */
  complete(): Map<string, number> {
    const slots = this.#slots;
    this.#slots = new Map();
    return slots;
  }

  /** The list broke off. */
  forget(): void {
    for (const slot of this.complete().values()) this.#forgetOne(slot);
  }

  /** After a restore of the server the same version may say something else, and that it was one may turn out at the end only. */
  #isKnown(slot: number, object: T): boolean {
    return this.#held.version(slot) === object.metadata.resourceVersion && this.#held.says(slot, object);
  }

  #forgetOne(slot: number | undefined): void {
    if (slot !== undefined && slot !== KNOWN) this.#held.remove(slot);
  }
}
