/** The metrics of a process: series with bounded labels, kept as plain numbers and told to whoever collects. */

import type { Meter, ObservableResult } from "@opentelemetry/api";
import { onProcessEnd } from "../process_end.ts";
import { type Branch, Family } from "./family.ts";
import { CounterSeries, GaugeSeries, HistogramSeries } from "./series.ts";
import { type IdOf, type LabelValues, METRICS } from "./table.ts";

/** Who collects. */
export interface MetricsOptions {
  /**
   * A meter, which is told as it cannot ask in time: Deno's asks nobody at the end of the process. To be told costs it more than
   * a step takes, so counters are told when it collects, and at the end.
   * @default {undefined} (there is none)
   */
  readonly meter?: Meter | undefined;
  /**
   * Whether `/metrics` is served, which reads the series.
   * @default {false}
   */
  readonly isServed?: boolean;
}

/**
 * The metrics of a process, or of a part of its life.
 *
 * A counter and a histogram exist, at zero, from the moment on that somebody asks for them; a gauge is read when somebody
 * collects. The same labels are the same series.
 */
export class Metrics implements Disposable {
  /** Whether anybody collects. When not, nothing need be measured. */
  readonly active: boolean;
  readonly #meter: Meter | undefined;
  readonly #counters = new Map<IdOf<"counter">, Family<CounterSeries>>();
  readonly #histograms = new Map<IdOf<"histogram">, Family<HistogramSeries>>();
  readonly #gauges = new Map<IdOf<"gauge">, Family<GaugeSeries>>();
  readonly #ends: (() => void)[] = [];

  /** @param options Who collects. */
  constructor({ meter, isServed = false }: MetricsOptions) {
    this.active = isServed || meter !== undefined;
    this.#meter = meter;
    if (meter) this.#ends.push(onProcessEnd(() => this.#tellCounters()));
  }

  /** One series of a counter, by the values of its labels in the table's order. */
  counter<Id extends IdOf<"counter">>(id: Id, ...values: LabelValues<Id>): CounterSeries {
    return seriesAt(this.counters(id), values);
  }

  /** All series of a counter. */
  counters(id: IdOf<"counter">): Branch<CounterSeries> {
    return (this.#counters.get(id) ?? this.#beginCounter(id)).root;
  }

  /** One series of a histogram, by the values of its labels in the table's order. */
  histogram<Id extends IdOf<"histogram">>(id: Id, ...values: LabelValues<Id>): HistogramSeries {
    return seriesAt(this.histograms(id), values);
  }

  /** All series of a histogram. */
  histograms(id: IdOf<"histogram">): Branch<HistogramSeries> {
    return (this.#histograms.get(id) ?? this.#beginHistogram(id)).root;
  }

  /**
   * Adds to a series of a gauge. Of several values that were added, the sum counts, and of times the longest; what is read may be
   * `undefined`: then there is no value, now.
   */
  gauge<Id extends IdOf<"gauge">>(id: Id, read: () => number | undefined, ...values: LabelValues<Id>): void {
    seriesAt((this.#gauges.get(id) ?? this.#beginGauge(id)).root, values).reads.push(read);
  }

  /** All counters and gauges, each with its series. */
  get single(): readonly Family<CounterSeries | GaugeSeries>[] {
    return [...this.#counters.values(), ...this.#gauges.values()];
  }

  /** All histograms, each with its series. */
  get spread(): readonly Family<HistogramSeries>[] {
    return [...this.#histograms.values()];
  }

  /** Tells what is left to be told, and ends the gauges: what they were read from is gone. */
  [Symbol.dispose](): void {
    this.#tellCounters();
    this.#gauges.clear();
    for (const end of this.#ends.splice(0)) end();
  }

  #tellCounters(): void {
    for (const { all } of this.#counters.values()) for (const series of all) series.tell();
  }

  #beginCounter(id: IdOf<"counter">): Family<CounterSeries> {
    const { name, description, unit } = METRICS[id];
    const told = this.#meter?.createCounter(name, { description, unit });
    const family = new Family(METRICS[id], (labels) => new CounterSeries(labels, told));
    this.#counters.set(id, family);
    return family;
  }

  #beginHistogram(id: IdOf<"histogram">): Family<HistogramSeries> {
    const { name, description, unit, buckets } = METRICS[id];
    const advice = { explicitBucketBoundaries: [...buckets] };
    const told = this.#meter?.createHistogram(name, { description, unit, advice });
    const family = new Family(METRICS[id], (labels) => new HistogramSeries(labels, buckets, told));
    this.#histograms.set(id, family);
    return family;
  }

  #beginGauge(id: IdOf<"gauge">): Family<GaugeSeries> {
    const { name, description, unit } = METRICS[id];
    const family = new Family(METRICS[id], (labels) => new GaugeSeries(labels, unit !== "s"));
    this.#gauges.set(id, family);
    const asked = this.#meter?.createObservableGauge(name, { description, unit });
    const collect = (result: ObservableResult) => {
      this.#tellCounters();
      for (const { labels, value } of family.all) if (value !== undefined) result.observe(value, labels);
    };
    asked?.addCallback(collect);
    this.#ends.push(() => asked?.removeCallback(collect));
    return family;
  }
}

function seriesAt<S>(root: Branch<S>, values: readonly string[]): S {
  let branch = root;
  for (const value of values) branch = branch.at(value);
  return branch.series;
}
