/** An index of a cache: finds the slots of objects by a value. */

const NONE: ReadonlySet<number> = new Set();

/** Maps values to slots. Most values have one object (most owners one dependent), so a set is made only for more. */
export class CacheIndex {
  readonly #slots = new Map<string, number | Set<number>>();

  find(value: string): ReadonlySet<number> {
    const slots = this.#slots.get(value) ?? NONE;
    return typeof slots === "number" ? new Set([slots]) : slots;
  }

  add(value: string, slot: number): void {
    const slots = this.#slots.get(value);
    if (slots === undefined) this.#slots.set(value, slot);
    else if (typeof slots !== "number") slots.add(slot);
    else if (slots !== slot) this.#slots.set(value, new Set([slots, slot]));
  }

  remove(value: string, slot: number): void {
    const slots = this.#slots.get(value);
    if (slots === slot) this.#slots.delete(value);
    if (typeof slots !== "object") return;
    slots.delete(slot);
    if (slots.size === 0) this.#slots.delete(value);
  }
}
