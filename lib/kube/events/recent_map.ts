/** A map that forgets what has not been used for longest, so that memory does not grow with the cluster. */

/** A map of bounded size. */
export class RecentMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  /** @param most How many values are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key, which is thereby used. */
  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  /** Keeps a value. */
  set(key: string, value: Value): void {
    // A Map keeps the order of insertion: the first is the one that was used longest ago.
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest!);
  }
}
