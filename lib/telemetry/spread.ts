/** How values are spread: one series of a histogram, as plain numbers. */

import { type HistogramId, type Labels, METRICS } from "./table.ts";

/** One series of a histogram. */
export class Spread {
  /** Of which histogram. */
  readonly id: HistogramId;
  /** Its labels. */
  readonly labels: Labels;
  /** The upper bounds of the buckets, themselves included. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param id Of which histogram. @param labels Its labels. */
  constructor(id: HistogramId, labels: Labels) {
    this.id = id;
    this.labels = labels;
    this.bounds = METRICS[id].buckets ?? [];
    this.#counts = [...this.bounds, Infinity].fill(0);
  }

  /** How many values each bucket has; the last one has those above all bounds. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** The sum of the values. */
  get sum(): number {
    return this.#sum;
  }

  /** How many values there were. */
  get count(): number {
    return this.#count;
  }

  /** Takes in a value. */
  record(value: number): void {
    // From below: most values are small.
    let at = 0;
    while (at < this.bounds.length && value > this.bounds[at]!) at++;
    this.#counts[at]!++;
    this.#sum += value;
    this.#count++;
  }
}
