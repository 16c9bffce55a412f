/** A binary heap of what is due later, earliest first: one timer serves any number of delays. */

/** Something with a time at which it is due. */
export interface Due {
  /** When, by the clock's `monotonic`. */
  readonly due: number;
}

/** A heap of things that are due, earliest first; equal times come out in the order in which they were added. */
export class DueHeap<T extends Due> {
  readonly #heap: { readonly item: T; readonly order: number }[] = [];
  #added = 0;

  /** How many are in it. */
  get size(): number {
    return this.#heap.length;
  }

  /** The one that is due first; `undefined` when there is none. */
  peek(): T | undefined {
    return this.#heap[0]?.item;
  }

  /** Adds one. */
  push(item: T): void {
    const heap = this.#heap;
    const entry = { item, order: this.#added++ };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the one that is due first; `undefined` when there is none. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.item;
    this.#sink(last);
    return first.item;
  }

  /** Lets go of all that are not to be kept. */
  retain(keep: (item: T) => boolean): void {
    const kept = this.#heap.filter(({ item }) => keep(item)).sort((a, b) => before(a, b) ? -1 : 1);
    this.#heap.splice(0, this.#heap.length);
    // A sorted list is a heap.
    for (const entry of kept) this.#heap.push(entry);
  }

  #sink(entry: { readonly item: T; readonly order: number }): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function before<T extends Due>(a: { item: T; order: number }, b: { item: T; order: number }): boolean {
  return a.item.due < b.item.due || (a.item.due === b.item.due && a.order < b.order);
}
