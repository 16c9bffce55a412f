/** A map that forgets its least recently used entry, so that memory does not grow with the cluster. */

/** A map of bounded size. */
export class RecentMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  /** @param most The most values to keep. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key. Reading counts as use. */
  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  /** Stores a value, and drops the least recently used one if there are too many. */
  set(key: string, value: Value): void {
    // A Map keeps insertion order, so the first key is the least recently used.
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest!);
  }
}
