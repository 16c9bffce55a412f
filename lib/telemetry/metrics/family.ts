/** The series of one metric, found by the values of its labels. */

import type { Attributes } from "@opentelemetry/api";
import type { MetricDefinition } from "./table.ts";

/** How many values an open label may have; steps for each controller. */
const MOST_VALUES = 200;
const OTHER = "(other)";

/** Labels whose values come from what is served, and could be any number: a plan that is a function may make up names. */
const OPEN_LABELS: ReadonlySet<string> = new Set(["step", "resource"]);

/** The series of one metric. */
export class Family<S> {
  readonly definition: MetricDefinition;
  /** All series, in the order in which they were asked for first. */
  readonly all: S[] = [];
  /** What leads to them. */
  readonly root: Branch<S> = new Branch<S>(this, 0, {});
  readonly #make: (labels: Attributes) => S;

  /** @param definition The metric. @param make Makes a series of it. */
  constructor(definition: MetricDefinition, make: (labels: Attributes) => S) {
    this.definition = definition;
    this.#make = make;
  }

  /** Makes a series. */
  begin(labels: Attributes): S {
    const series = this.#make(labels);
    this.all.push(series);
    return series;
  }
}

/** The series whose first labels have certain values. One is found without making a text of its labels: a Run looks for many. */
export class Branch<S> {
  readonly #family: Family<S>;
  readonly #depth: number;
  readonly #labels: Attributes;
  /** By the value of the next label; there is none at a series. */
  #next: Map<string, Branch<S>> | undefined;
  #series: S | undefined;

  /** @param family Of which metric. @param depth How many labels have a value. @param labels These labels. */
  constructor(family: Family<S>, depth: number, labels: Attributes) {
    this.#family = family;
    this.#depth = depth;
    this.#labels = labels;
  }

  /** Those of them whose next label has this value. */
  at(value: string): Branch<S> {
    return this.#next?.get(value) ?? this.#grow(value);
  }

  /** The one series, when all labels have a value; the same one each time. */
  get series(): S {
    return this.#series ??= this.#family.begin(this.#labels);
  }

  #grow(value: string): Branch<S> {
    const name = this.#family.definition.labels[this.#depth]!;
    const next = this.#next ??= new Map();
    const bounded = OPEN_LABELS.has(name) && next.size >= MOST_VALUES ? OTHER : value;
    const known = next.get(bounded);
    if (known) return known;
    const grown = new Branch(this.#family, this.#depth + 1, { ...this.#labels, [name]: bounded });
    next.set(bounded, grown);
    return grown;
  }
}
