/** Two first-in-first-out lanes, and the rule by which they take turns. */

/** How many of the live lane go before one of the bulk lane, when both wait: a live event waits for one bulk key at most. */
const LIVE_BEFORE_BULK = 4;

/** What can stand in a lane, and in no more than one at a time. */
export interface Linked<T> {
  /** The one behind it; the lane's own business. */
  behind: T | undefined;
}

/** A list that is linked through its items: nothing is allocated, copied or compacted, however many there are. */
class Lane<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  push(item: T): void {
    if (this.#last) this.#last.behind = item;
    else this.#first = item;
    this.#last = item;
  }

  shift(): T | undefined {
    const item = this.#first;
    if (item === undefined) return undefined;
    this.#first = item.behind;
    if (this.#first === undefined) this.#last = undefined;
    // An item that is kept elsewhere must not keep those that stood behind it.
    item.behind = undefined;
    return item;
  }

  clear(): void {
    this.#first = this.#last = undefined;
  }
}

/**
 * A live lane for what has just happened and a bulk lane for floods, such as the first list. Live goes first, but neither
 * starves: after four live items one of the bulk lane has its turn.
 */
export class Lanes<T extends Linked<T>> {
  readonly #live = new Lane<T>();
  readonly #bulk = new Lane<T>();
  #liveInARow = 0;

  /** Adds an item at the end of a lane. */
  push(item: T, bulk: boolean): void {
    (bulk ? this.#bulk : this.#live).push(item);
  }

  /** Takes the item whose turn it is; `undefined` when none waits. */
  shift(): T | undefined {
    const bulkTurn = this.#live.isEmpty || (this.#liveInARow >= LIVE_BEFORE_BULK && !this.#bulk.isEmpty);
    this.#liveInARow = bulkTurn ? 0 : this.#liveInARow + 1;
    return bulkTurn ? this.#bulk.shift() : this.#live.shift();
  }

  /** Forgets all. */
  clear(): void {
    this.#live.clear();
    this.#bulk.clear();
  }
}
