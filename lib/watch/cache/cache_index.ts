/** One index of a cache: which objects have a value. */

const NONE: ReadonlySet<number> = new Set();

/** Finds the slots of objects by values. A value that one object has, and most owners have one dependent, takes no set. */
export class CacheIndex {
  readonly #slots = new Map<string, number | Set<number>>();

  /** The slots of the objects that have the value. */
  find(value: string): ReadonlySet<number> {
    const slots = this.#slots.get(value) ?? NONE;
    return typeof slots === "number" ? new Set([slots]) : slots;
  }

  /** The object in that slot has the value. */
  add(value: string, slot: number): void {
    const slots = this.#slots.get(value);
    if (slots === undefined) this.#slots.set(value, slot);
    else if (typeof slots !== "number") slots.add(slot);
    else if (slots !== slot) this.#slots.set(value, new Set([slots, slot]));
  }

  /** The object in that slot is let go. */
  remove(value: string, slot: number): void {
    const slots = this.#slots.get(value);
    if (slots === slot) this.#slots.delete(value);
    if (typeof slots !== "object") return;
    slots.delete(slot);
    if (slots.size === 0) this.#slots.delete(value);
  }
}
