/** Two first-in-first-out lanes, and the rule by which they take turns. */

/** How many of the live lane go before one of the bulk lane, when both wait: a live event waits for one bulk key at most. */
const LIVE_BEFORE_BULK = 4;

/** How much taken from the head of a lane is kept before it is let go at once; keeps `take` O(1) without a linked list. */
const COMPACT_AFTER = 1024;

class Lane<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}

/**
 * A live lane for what has just happened and a bulk lane for floods, such as the first list. Live goes first, but neither
 * starves: after four live items one of the bulk lane has its turn.
 */
export class Lanes<T> {
  readonly #live = new Lane<T>();
  readonly #bulk = new Lane<T>();
  #liveInARow = 0;

  /** How many items wait. */
  get length(): number {
    return this.#live.length + this.#bulk.length;
  }

  /** Adds an item at the end of a lane. */
  push(item: T, bulk: boolean): void {
    (bulk ? this.#bulk : this.#live).push(item);
  }

  /** Takes the item whose turn it is; `undefined` when none waits. */
  shift(): T | undefined {
    const bulkTurn = this.#live.length === 0 || (this.#liveInARow >= LIVE_BEFORE_BULK && this.#bulk.length > 0);
    this.#liveInARow = bulkTurn ? 0 : this.#liveInARow + 1;
    return bulkTurn ? this.#bulk.shift() : this.#live.shift();
  }

  /** Forgets all. */
  clear(): void {
    this.#live.clear();
    this.#bulk.clear();
  }
}
