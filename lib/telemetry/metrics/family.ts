/** The series of one metric, found by the values of its labels. */

import type { Attributes } from "@opentelemetry/api";
import type { MetricDefinition } from "./table.ts";

/** How many values an open label may have; steps for each controller. */
const MOST_VALUES = 200;
const OTHER = "(other)";

/** Labels whose values come from what is served, and could be any number: a plan that is a function may make up names. */
const OPEN_LABELS: ReadonlySet<string> = new Set(["step", "resource"]);

/** What some of the values lead to: further ones, and at the last of them the series. */
class Branch<S> {
  readonly labels: Attributes;
  readonly next = new Map<string, Branch<S>>();
  series: S | undefined;

  constructor(labels: Attributes) {
    this.labels = labels;
  }
}

/** The series of one metric. One is found without making a text of its labels: a Run looks for one a step. */
export class Family<S> {
  readonly definition: MetricDefinition;
  /** All series, in the order in which they were asked for first. */
  readonly all: S[] = [];
  readonly #make: (labels: Attributes) => S;
  readonly #root: Branch<S> = new Branch<S>({});

  /** @param definition The metric. @param make Makes a series of it. */
  constructor(definition: MetricDefinition, make: (labels: Attributes) => S) {
    this.definition = definition;
    this.#make = make;
  }

  /** The series with these values of the labels, in the table's order; the same one each time. */
  of(values: readonly string[]): S {
    let branch = this.#root;
    for (let at = 0; at < values.length; at++) {
      branch = branch.next.get(values[at]!) ?? this.#grow(branch, at, values[at]!);
    }
    if (branch.series === undefined) this.all.push(branch.series = this.#make(branch.labels));
    return branch.series;
  }

  #grow({ labels, next }: Branch<S>, at: number, value: string): Branch<S> {
    const name = this.definition.labels[at]!;
    const bounded = OPEN_LABELS.has(name) && next.size >= MOST_VALUES ? OTHER : value;
    let grown = next.get(bounded);
    if (!grown) next.set(bounded, grown = new Branch({ ...labels, [name]: bounded }));
    return grown;
  }
}
