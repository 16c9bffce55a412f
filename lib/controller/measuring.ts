/** What is measured of the parts that controllers share: the requests, the watches; and which series are known beforehand. */

import type { Transport } from "../kube/mod.ts";
import type { Plan, ResolvedController } from "./options/mod.ts";
import type { KubeObject } from "../model/mod.ts";
import { Steps } from "../steps/mod.ts";
import {
  type Cause,
  type EndedRequest,
  type KnownStep,
  type Metrics,
  RequestMetrics,
  WatchMetrics,
} from "../telemetry/mod.ts";
import type { Informer, InformerSet, WatchRequest, WatchState } from "../watch/mod.ts";
import { ADD_FINALIZER, REMOVE_FINALIZER } from "./key/mod.ts";
import type { Mishaps } from "./reporting/mod.ts";

/** Counts what controllers share. When nobody collects, it is asked to do nothing. */
export class SharedMeasures {
  readonly #metrics: Metrics;
  readonly #requests: RequestMetrics;
  readonly #watches: WatchMetrics;
  readonly #states = new WeakMap<Informer, WatchState>();
  readonly #mishaps: Mishaps;

  /** @param metrics Where it is counted. @param mishaps Told when that throws: a request must not fail by it. */
  constructor(metrics: Metrics, mishaps: Mishaps) {
    this.#metrics = metrics;
    this.#mishaps = mishaps;
    this.#requests = new RequestMetrics(metrics);
    this.#watches = new WatchMetrics(metrics);
  }

  /** Told of requests; `undefined` when nobody wants to know. */
  get onRequest(): Transport["onRequest"] {
    return this.#metrics.active ? (record) => this.#ended(record) : undefined;
  }

  /** Told of the requests of watches; `undefined` when nobody wants to know. */
  get onWatchRequest(): ((request: WatchRequest) => void) | undefined {
    return this.#metrics.active ? (request) => this.#ended(request) : undefined;
  }

  /** Makes the series that the controllers are known to need, and asks the watches from now on. */
  begin(controllers: readonly ResolvedController[], informers: InformerSet): void {
    if (!this.#metrics.active) return;
    for (const { allowed } of controllers) {
      for (const { kind: { group, plural }, verbs = ["create", "update", "patch", "delete"] } of allowed) {
        for (const verb of verbs) this.#requests.expect(verb, group, plural);
      }
    }
    for (const informer of informers.informers) this.#observe(informer);
  }

  /** Counts a watch that is begun anew. */
  onState(state: WatchState, informer: Informer): void {
    const before = this.#states.get(informer);
    this.#states.set(informer, state);
    const cause = restartCause(before, state);
    if (!cause) return;
    try {
      this.#watches.restarted(labelled(informer), cause);
    } catch (error) {
      this.#cannotCount(error);
    }
  }

  #ended(request: EndedRequest): void {
    try {
      this.#requests.ended(request);
    } catch (error) {
      this.#cannotCount(error);
    }
  }

  #cannotCount(error: unknown): void {
    this.#mishaps.tell("telemetry", "cannot count as the meter threw", error);
  }

  #observe(informer: Informer): void {
    const kind = labelled(informer);
    for (const verb of ["list", "watch"]) this.#requests.expect(verb, kind.group, kind.resource);
    this.#watches.observe({ kind, size: () => informer.cache.size, position: () => informer.staleness });
    informer.subscribe((changes) => {
      // Changes that are told together were learnt together.
      const source = changes[0]?.source;
      if (source) this.#watches.changed(kind, source, changes.length);
    });
  }
}

function labelled({ kind: { group, plural } }: Informer): { group: string; resource: string } {
  return { group, resource: plural };
}

function restartCause(before: WatchState | undefined, state: WatchState): Cause | undefined {
  if (state.type === "restored") return "restored";
  if (state.type === "backing-off") return "failed";
  if (before?.type !== "watching" && before?.type !== "connecting") return undefined;
  if (state.type === "connecting") return "ended";
  return state.type === "listing" || state.type === "streaming-list" ? "expired" : undefined;
}

/** The steps of a controller's plans, as far as they are known before they are walked. */
export function knownSteps({ steps, cleanup }: ResolvedController): readonly KnownStep[] {
  const finalizing = cleanup ? [ADD_FINALIZER, REMOVE_FINALIZER].map((name) => ({ name, mayChange: true })) : [];
  return [...stepsOf(steps), ...stepsOf(cleanup), ...finalizing];
}

function stepsOf(plan: Plan<KubeObject> | undefined): readonly KnownStep[] {
  if (!(plan instanceof Steps)) return [];
  return plan.definitions.flatMap((step) => [
    { name: step.name, mayChange: step.type === "change" },
    ...(step.type === "join"
      ? step.branches.map(({ name }) => ({ name: `${step.name}/${name}`, mayChange: false }))
      : []),
  ]);
}
