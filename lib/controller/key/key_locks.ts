/** Allows one Run per object at a time, across all controllers of a resource in the process. */

/** Locks by name, granted in the order of the requests. Nobody blocks on one. */
export class KeyLocks {
  /** Who waits for a name. The keys are the names that are held. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** How many names are held. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Requests a name, which must be released later.
   *
   * @param granted Called when the name is granted, if that is later. It must not throw.
   * @returns Whether the name is granted at once.
   */
  acquire(name: string, granted: () => void): boolean {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, []);
    else waiting.push(granted);
    return waiting === undefined;
  }

  /** Releases a name, and grants it to the next one waiting, if any. */
  release(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next) next();
    else this.#waiting.delete(name);
  }
}
