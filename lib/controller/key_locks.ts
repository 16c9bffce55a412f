/** One Run an object at a time, across all controllers of a resource in the process. */

/** Locks by name, given in the order in which they were asked for. */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Waits until nobody holds the name, and holds it.
   *
   * @returns What lets the name go; to be disposed of.
   */
  async acquire(name: string): Promise<Disposable> {
    const before = this.#tails.get(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(name, promise);
    await before;
    return {
      [Symbol.dispose]: () => {
        if (this.#tails.get(name) === promise) this.#tails.delete(name);
        resolve();
      },
    };
  }

  /** How many names are held. */
  get size(): number {
    return this.#tails.size;
  }
}
