/** Two FIFO lanes, live and bulk, and the rule by which they take turns. */

/** When both lanes wait, four live items go before one bulk item. */
const LIVE_BEFORE_BULK = 4;

/** An item that can be in a lane, in one at a time. */
export interface Linked<T> {
  /** Set by the lane: the next item. */
  behind: T | undefined;
}

/** An intrusive linked list: nothing is allocated or copied, however long it is. */
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
    // Otherwise an item that is kept elsewhere would keep those behind it in memory.
    item.behind = undefined;
    return item;
  }

  clear(): void {
    this.#first = this.#last = undefined;
  }
}

/**
 * A live lane for single events and a bulk lane for floods, such as the initial list. Live items go first, but neither lane
 * starves the other: after four live items, one bulk item has its turn.
 */
export class Lanes<T extends Linked<T>> {
  readonly #live = new Lane<T>();
  readonly #bulk = new Lane<T>();
  #liveInARow = 0;

  push(item: T, bulk: boolean): void {
    (bulk ? this.#bulk : this.#live).push(item);
  }

  /** Removes and returns the item whose turn it is; `undefined` if both lanes are empty. */
  shift(): T | undefined {
    const bulkTurn = this.#live.isEmpty || (this.#liveInARow >= LIVE_BEFORE_BULK && !this.#bulk.isEmpty);
    this.#liveInARow = bulkTurn ? 0 : this.#liveInARow + 1;
    return bulkTurn ? this.#bulk.shift() : this.#live.shift();
  }

  clear(): void {
    this.#live.clear();
    this.#bulk.clear();
  }
}
