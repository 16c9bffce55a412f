/** The metrics of a process: series with bounded labels, told to whoever collects. */

import type { Attributes, ObservableResult } from "@opentelemetry/api";
import type { Collector, Counter, Recorder } from "./collectors.ts";
import { onProcessEnd } from "./process_end.ts";
import { type CounterId, type GaugeId, type HistogramId, type LabelName, type Labels, METRICS } from "./table.ts";

/** How many values an open label may have; steps for each controller. */
const MOST_VALUES = 200;
const OTHER = "(other)";

/** Labels whose values come from what is served, and could be any number. */
const OPEN_LABELS: readonly LabelName[] = ["step", "resource"];

interface GaugeSeries {
  readonly labels: Labels;
  readonly read: () => number | undefined;
}

/**
 * The metrics of a process, or of a part of its life.
 *
 * A counter exists, at zero, from the moment on that somebody asks for it; a gauge is read when somebody collects. So whoever
 * counts asks for its series once, and keeps them.
 */
export class Metrics implements Disposable {
  /** Whether anybody collects. When not, nothing need be measured. */
  readonly active: boolean;
  readonly #collectors: readonly Collector[];
  readonly #gauges = new Map<GaugeId, GaugeSeries[]>();
  readonly #values = new Map<string, Set<string>>();
  readonly #ends: (() => void)[] = [];

  /** @param collectors Who collects. */
  constructor(collectors: readonly Collector[]) {
    this.#collectors = collectors;
    this.active = collectors.length > 0;
    if (this.active) this.#ends.push(onProcessEnd(() => this.#flush()));
  }

  /** One series of a counter, from now on at zero; the same one for the same labels. */
  counter(id: CounterId, labels: Labels): Counter {
    const bounded = this.#bounded(labels);
    const all = this.#collectors.map((collector) => collector.counter(id, bounded));
    const [only] = all;
    if (only && all.length === 1) return only;
    return {
      add: (by) => {
        for (const one of all) one.add(by);
      },
    };
  }

  /** Adds a series of a gauge. What is read may be `undefined`: then there is no value, now. */
  gauge(id: GaugeId, labels: Labels, read: () => number | undefined): void {
    (this.#gauges.get(id) ?? this.#beginGauge(id)).push({ labels, read });
  }

  /** One series of a histogram; the same one for the same labels. */
  histogram(id: HistogramId, labels: Labels): Recorder {
    const bounded = this.#bounded(labels);
    const all = this.#collectors.map((collector) => collector.histogram(id, bounded));
    const [only] = all;
    if (only && all.length === 1) return only;
    return {
      record: (value) => {
        for (const one of all) one.record(value);
      },
    };
  }

  /** Tells what is left to be told, and ends the gauges: what they were read from is gone. */
  [Symbol.dispose](): void {
    this.#flush();
    for (const end of this.#ends.splice(0)) end();
  }

  #flush(): void {
    for (const collector of this.#collectors) collector.flush();
  }

  #beginGauge(id: GaugeId): GaugeSeries[] {
    const all: GaugeSeries[] = [];
    this.#gauges.set(id, all);
    const { name, description, unit } = METRICS[id];
    const tell = (result: ObservableResult) => {
      for (const { labels, read } of all) {
        const value = read();
        if (value !== undefined) result.observe(value, labels as Attributes);
      }
    };
    for (const collector of this.#collectors) {
      const gauge = collector.meter.createObservableGauge(name, { description, unit });
      const collect = (result: ObservableResult) => {
        collector.flush();
        tell(result);
      };
      gauge.addCallback(collect);
      this.#ends.push(() => gauge.removeCallback(collect));
    }
    return all;
  }

  /** A plan that is a function may make up names without end. */
  #bounded(labels: Labels): Labels {
    let bounded = labels;
    for (const name of OPEN_LABELS) {
      const value = labels[name];
      if (value !== undefined && !this.#admits(`${name} ${labels.controller}`, value)) {
        bounded = { ...bounded, [name]: OTHER };
      }
    }
    return Object.freeze(bounded);
  }

  #admits(scope: string, value: string): boolean {
    let values = this.#values.get(scope);
    if (!values) this.#values.set(scope, values = new Set());
    if (!values.has(value) && values.size >= MOST_VALUES) return false;
    values.add(value);
    return true;
  }
}
