/** Requests to the API server, as they are counted. */

import type { Counter, Recorder } from "./collectors.ts";
import type { Metrics } from "./metrics.ts";

/** What a request asks for. */
export interface RequestFacts {
  /** What is asked. */
  readonly verb: string;
  /** The API group; `""` for the core group. */
  readonly group: string;
  /** The plural name of the kind. */
  readonly resource: string;
  /** The part of the object, if one. */
  readonly subresource?: string | undefined;
  /** The namespace, if one. */
  readonly namespace?: string | undefined;
  /** The object's name, if one. */
  readonly name?: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
}

/** How a request ended. */
export interface EndedRequest extends Pick<RequestFacts, "verb" | "group" | "resource"> {
  /** The HTTP status; `undefined` when there was no answer. */
  readonly code: number | undefined;
  /** How long it took, in milliseconds; `undefined` when that says nothing, as of a watch. */
  readonly durationMs?: number;
}

/** The plural name and the group of a kind, as RBAC writes it: `secrets`, `deployments.apps`. */
export function resourceLabel({ group, resource }: Pick<RequestFacts, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** Counts the requests of a process. */
export class RequestMetrics {
  readonly #metrics: Metrics;
  readonly #counters = new Map<string, Counter>();
  readonly #durations = new Map<string, Recorder>();

  /** @param metrics Where they are counted. */
  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    for (const verb of ["get", "list", "create", "update", "patch", "delete"]) this.#durationOf(verb);
  }

  /** Makes the series of requests that are known to come. */
  expect(verb: string, group: string, resource: string): void {
    this.#counterOf({ verb, group, resource, code: 200 });
  }

  /** Counts a request that has ended. */
  ended(request: EndedRequest): void {
    this.#counterOf(request).add();
    if (request.durationMs !== undefined) this.#durationOf(request.verb).record(request.durationMs / 1_000);
  }

  #counterOf({ verb, group, resource, code }: EndedRequest): Counter {
    const key = `${verb} ${resource} ${group} ${code}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      const labels = { verb, resource: resourceLabel({ group, resource }), code: String(code ?? "none") };
      this.#counters.set(key, counter = this.#metrics.counter("apiRequests", labels));
    }
    return counter;
  }

  #durationOf(verb: string): Recorder {
    let recorder = this.#durations.get(verb);
    if (!recorder) this.#durations.set(verb, recorder = this.#metrics.histogram("apiDuration", { verb }));
    return recorder;
  }
}
