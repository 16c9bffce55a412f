/** Remembers values for the objects that were written last. */

/** The most objects to remember. A digest or two take about 200 bytes each. */
const MOST = 1_000;

/** Values by UID. The oldest one is dropped when there are too many, so callers must not rely on any. */
export class Recent<V> {
  readonly #values = new Map<string, V>();

  /** The value of an object, if it is remembered. */
  get(uid: string): V | undefined {
    return this.#values.get(uid);
  }

  /** Remembers a value, and drops the oldest one if there are too many. */
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
