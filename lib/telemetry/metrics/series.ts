/** One series of a metric: plain numbers, so that counting costs next to nothing. */

import type { Attributes, Counter, Histogram } from "@opentelemetry/api";

/** One series of a counter. */
export class CounterSeries {
  readonly labels: Attributes;
  /** How much has been counted. */
  value = 0;
  readonly #counter: Counter | undefined;
  #told = 0;

  /** @param labels Its labels. @param counter Told of it. */
  constructor(labels: Attributes, counter: Counter | undefined) {
    this.labels = labels;
    this.#counter = counter;
    counter?.add(0, labels);
  }

  /** Counts. */
  add(by = 1): void {
    this.value += by;
  }

  /** Tells what has been counted since the last time. */
  tell(): void {
    const news = this.value - this.#told;
    if (news === 0) return;
    this.#told = this.value;
    this.#counter?.add(news, this.labels);
  }
}

/** One series of a histogram. */
export class HistogramSeries {
  readonly labels: Attributes;
  /** How many values each bucket has; the last one has those above all bounds. */
  readonly counts: number[];
  /** The sum of the values. */
  sum = 0;
  readonly #bounds: readonly number[];
  readonly #histogram: Histogram | undefined;

  /** @param labels Its labels. @param bounds The upper bounds of its buckets. @param histogram Told of each value. */
  constructor(labels: Attributes, bounds: readonly number[], histogram: Histogram | undefined) {
    this.labels = labels;
    this.counts = [...bounds, Infinity].fill(0);
    this.#bounds = bounds;
    this.#histogram = histogram;
  }

  /** Takes in a value. */
  record(value: number): void {
    // From below: most values are small.
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.counts[at]!++;
    this.sum += value;
    this.#histogram?.record(value, this.labels);
  }
}

/** One series of a gauge. */
export class GaugeSeries {
  readonly labels: Attributes;
  /** What is read, now. */
  readonly reads: (() => number | undefined)[] = [];
  readonly #isSum: boolean;

  /** @param labels Its labels. @param isSum Whether of several values the sum counts; else the greatest. */
  constructor(labels: Attributes, isSum: boolean) {
    this.labels = labels;
    this.#isSum = isSum;
  }

  /** The value of now, if there is one. */
  get value(): number | undefined {
    const values = this.reads.map((read) => read()).filter((value) => value !== undefined);
    if (values.length === 0) return undefined;
    return this.#isSum ? values.reduce((sum, value) => sum + value) : Math.max(...values);
  }
}
