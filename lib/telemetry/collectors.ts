/** Who collects, and how it is told of what counts. */

import type { Attributes, Counter as ApiCounter, Histogram, Meter } from "@opentelemetry/api";
import { registeredMeter } from "./open_telemetry.ts";
import { Spread } from "./spread.ts";
import { type CounterId, type HistogramId, type Labels, METRICS } from "./table.ts";

/** One series of a counter. */
export interface Counter {
  /** Counts. */
  add(by?: number): void;
}

/** One series of a histogram. */
export interface Recorder {
  /** Takes in a value. */
  record(value: number): void;
}

/** Who collects, and how it is told. */
export interface Collector {
  /** Makes gauges. */
  readonly meter: Meter;
  /** One series of a counter, from now on at zero. */
  counter(id: CounterId, labels: Labels): Counter;
  /** One series of a histogram. */
  histogram(id: HistogramId, labels: Labels): Recorder;
  /** Tells what has been counted and kept back; called whenever a meter collects, and at the end. */
  flush(): void;
}

/** One series of a counter, kept as a plain number. */
class CountedSeries implements Counter {
  readonly labels: Labels;
  value = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(by = 1): void {
    this.value += by;
  }
}

/**
 * For a meter that asks when it collects, as `/metrics` does: what counts is kept as plain numbers, so counting costs next to
 * nothing. A meter cannot ask for histograms; whoever collects takes them from here.
 */
export class PullCollector implements Collector {
  readonly meter: Meter;
  readonly #counters = new Map<CounterId, Map<string, CountedSeries>>();
  readonly #histograms = new Map<string, Spread>();

  /** @param meter Who collects. */
  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** One series of a counter; the same one for the same labels. */
  counter(id: CounterId, labels: Labels): Counter {
    const all = this.#counters.get(id) ?? this.#begin(id);
    const key = keyOf(labels);
    let series = all.get(key);
    if (!series) all.set(key, series = new CountedSeries(labels));
    return series;
  }

  /** One series of a histogram, from now on at zero; the same one for the same labels. */
  histogram(id: HistogramId, labels: Labels): Recorder {
    const key = `${id} ${keyOf(labels)}`;
    let spread = this.#histograms.get(key);
    if (!spread) this.#histograms.set(key, spread = new Spread(id, labels));
    return spread;
  }

  /** Nothing is kept back. */
  flush(): void {}

  /** The histograms, as they are now. */
  get histograms(): readonly Spread[] {
    return [...this.#histograms.values()];
  }

  #begin(id: CounterId): Map<string, CountedSeries> {
    const all = new Map<string, CountedSeries>();
    this.#counters.set(id, all);
    const { name, description, unit } = METRICS[id];
    this.meter.createObservableCounter(name, { description, unit }).addCallback((result) => {
      for (const { value, labels } of all.values()) result.observe(value, labels as Attributes);
    });
    return all;
  }
}

/**
 * For a meter that is told. Deno's asks nobody at the end of the process, so it has to be told in time; but to be told costs it
 * more than a step takes. So counters are told when it collects, and at the end.
 */
export class PushCollector implements Collector {
  readonly meter: Meter;
  readonly #counters = new Map<CounterId, ApiCounter>();
  readonly #counted = new Map<string, { readonly counter: ApiCounter; readonly series: CountedSeries }>();
  readonly #histograms = new Map<HistogramId, Histogram>();

  /** @param meter Who collects. */
  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** One series of a counter; the same one for the same labels. */
  counter(id: CounterId, labels: Labels): Counter {
    const key = `${id} ${keyOf(labels)}`;
    const known = this.#counted.get(key);
    if (known) return known.series;
    const counter = this.#counters.get(id) ?? this.#begin(id);
    const series = new CountedSeries(labels);
    counter.add(0, labels as Attributes);
    this.#counted.set(key, { counter, series });
    return series;
  }

  /** One series of a histogram. */
  histogram(id: HistogramId, labels: Labels): Recorder {
    const histogram = this.#histograms.get(id) ?? this.#beginHistogram(id);
    return { record: (value) => histogram.record(value, labels as Attributes) };
  }

  /** Tells what has been counted since the last time. */
  flush(): void {
    for (const { counter, series } of this.#counted.values()) {
      if (series.value === 0) continue;
      counter.add(series.value, series.labels as Attributes);
      series.value = 0;
    }
  }

  #beginHistogram(id: HistogramId): Histogram {
    const { name, description, unit, buckets = [] } = METRICS[id];
    const options = { description, unit, advice: { explicitBucketBoundaries: [...buckets] } };
    const histogram = this.meter.createHistogram(name, options);
    this.#histograms.set(id, histogram);
    return histogram;
  }

  #begin(id: CounterId): ApiCounter {
    const { name, description, unit } = METRICS[id];
    const counter = this.meter.createCounter(name, { description, unit });
    this.#counters.set(id, counter);
    return counter;
  }
}

/** Whoever collects for the whole process, such as Deno with `OTEL_DENO=true`; nobody, most often. */
export function globalCollectors(): readonly Collector[] {
  const meter = registeredMeter();
  return meter ? [new PushCollector(meter)] : [];
}

/** The same text for the same labels, whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}
