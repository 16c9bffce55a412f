/** One Run an object at a time, across all controllers of a resource in the process. */

/** Locks by name, given in the order in which they were asked for. Nobody has to stand still for one. */
export class KeyLocks {
  /** Who waits for a name, by the names that are held. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** How many names are held. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Asks for a name, which is then to be released.
   *
   * @param granted Called when the name is held, if that is later. Must not throw.
   * @returns Whether it is held at once.
   */
  acquire(name: string, granted: () => void): boolean {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, []);
    else waiting.push(granted);
    return waiting === undefined;
  }

  /** Lets a name go: it is the next one's, if anybody waits. */
  release(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next) next();
    else this.#waiting.delete(name);
  }
}
