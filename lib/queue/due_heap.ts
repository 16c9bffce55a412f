/** A binary heap of what is due later, earliest first: one timer serves any number of delays. */

/** Something with a time at which it is due, in no more than one heap. */
export interface Due {
  /** When, by the clock's `monotonic`; a finite number. Stays the same while it is in a heap. */
  readonly due: number;
  /** How many came before it; the heap's own business. */
  order: number;
}

/** A heap of things that are due, earliest first; equal times come out in the order in which they were added. */
export class DueHeap<T extends Due> {
  #heap: T[] = [];
  #added = 0;

  /** How many are in it. */
  get size(): number {
    return this.#heap.length;
  }

  /** The one that is due first; `undefined` when there is none. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  /**
   * Adds one.
   *
   * @throws {RangeError} If it is due at no time: next to NaN nothing is earlier or later, and all others would be stuck.
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

  /** Takes the one that is due first; `undefined` when there is none. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  /** Lets go of all that are not to be kept. */
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
