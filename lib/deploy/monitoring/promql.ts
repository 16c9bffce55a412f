/** The pieces of PromQL that alerts and dashboard are made of. A metric is an entry of the table, never a name. */

import { type METRICS, prometheusName } from "../../telemetry/mod.ts";

type Table = typeof METRICS;

/** An entry of the table of metrics. */
export type Metric = Table[keyof Table];

/** What a label must be: an operator of PromQL and a quoted text. Made by {@link is}, {@link isNot} and {@link fits}. */
export type Match = `${"=" | "!=" | "=~"}"${string}"`;

/** Matches of labels that the metric has. */
export type Matches<M extends Metric> = { readonly [L in M["labels"][number]]?: Match };

/** The label is this text. */
export function is(text: string): Match {
  return `=${quoted(text)}`;
}

/** The label is anything but this text. */
export function isNot(text: string): Match {
  return `!=${quoted(text)}`;
}

/** The label fits this pattern as a whole. */
export function fits(pattern: string): Match {
  return `=~${quoted(pattern)}`;
}

/** What Prometheus itself notes of each target: whether it answered, and how long that took. */
export const TARGET = { up: "up", scrapeDuration: "scrape_duration_seconds" } as const;

/** Selects series of one operator. */
export class Series {
  readonly #where: readonly string[];

  /** @param where Matches that all series get, such as of the namespace. */
  constructor(where: Readonly<Record<string, Match>>) {
    this.#where = matchTexts(where);
  }

  /** All series of a counter or a gauge, or those that match. */
  of<M extends Metric>(metric: M, matches: Matches<M> = {}): string {
    return this.#select(prometheusName(metric), matches);
  }

  /** The buckets of a histogram. */
  buckets<M extends Extract<Metric, { type: "histogram" }>>(metric: M, matches: Matches<M> = {}): string {
    return this.#select(`${prometheusName(metric)}_bucket`, matches);
  }

  /** What Prometheus notes of the target. */
  target(name: keyof typeof TARGET): string {
    return this.#select(TARGET[name], {});
  }

  #select(name: string, matches: Readonly<Record<string, Match | undefined>>): string {
    return `${name}{${[...this.#where, ...matchTexts(matches)].join(",")}}`;
  }
}

/**
 * The jobs of an operator: of its name, as a ServiceMonitor or a `jobLabel` gives it, or with the namespace before it, as a
 * PodMonitor does.
 */
export function jobOf(name: string): Match {
  return fits(`(.+/)?${name}`);
}

function matchTexts(matches: Readonly<Record<string, Match | undefined>>): string[] {
  return Object.entries(matches).flatMap(([label, match]) => match === undefined ? [] : [`${label}${match}`]);
}

/** PromQL's texts have the escapes of Go, of which JSON's are a part. */
function quoted(text: string): `"${string}"` {
  return JSON.stringify(text) as `"${string}"`;
}
