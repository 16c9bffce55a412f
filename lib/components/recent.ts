/** What is remembered of the objects that were written last, as long as there is room. */

/** Of how many objects something is remembered: with a digest or two, that is 200 bytes each. */
const MOST = 1_000;

/** Values by UID. The oldest goes when there are too many: nothing may rely on one that was kept. */
export class Recent<V> {
  readonly #values = new Map<string, V>();

  /** The value of an object, if it is remembered. */
  get(uid: string): V | undefined {
    return this.#values.get(uid);
  }

  /** Remembers a value. */
  set(uid: string, value: V): void {
    this.#values.delete(uid);
    this.#values.set(uid, value);
    if (this.#values.size <= MOST) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }
}
