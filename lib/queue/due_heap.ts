/** A binary heap by due time, so that one timer serves any number of delays. */

/** An item with a due time. It may be in one heap only. */
export interface Due {
  /** When it is due, by the clock's `monotonic`: a finite number, which must not change while the item is in a heap. */
  readonly due: number;
  /** Set by the heap: how many items were added before. */
  order: number;
}

/** A min-heap by due time. Items with equal times come out in the order in which they were added. */
export class DueHeap<T extends Due> {
  #heap: T[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The item that is due first; `undefined` if there is none. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  /**
   * Adds an item.
   *
   * @throws {RangeError} If its due time is not finite: NaN compares with nothing, and would block all other items.
   */
  push(item: T): void {
    if (!Number.isFinite(item.due)) {
      throw new RangeError(`Cannot wait for a time that is not finite: current value is ${item.due}`);
    }
    const heap = this.#heap;
    item.order = this.#added++;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  }

  /** Removes and returns the item that is due first; `undefined` if there is none. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  /** Removes all items for which `keep` returns false. */
  retain(keep: (item: T) => boolean): void {
    // A sorted list is a heap.
    this.#heap = this.#heap.filter(keep).sort((a, b) => isBefore(a, b) ? -1 : 1);
  }

  #sink(item: T): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, item)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = item;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
