/** Metrics of the parts that controllers share, requests and watches, and which series exist from the start. */

import type { RequestRecord, Transport } from "../kube/mod.ts";
import type { Plan, ResolvedController } from "./options/mod.ts";
import { type KubeObject, READ_VERBS, type ResourceKind, WRITE_VERBS } from "../model/mod.ts";
import { Steps } from "../steps/mod.ts";
import { type KnownStep, type Metrics, resourceLabel } from "../telemetry/mod.ts";
import type { CacheChange, Informer, InformerSet, WatchRequest, WatchState } from "../watch/mod.ts";
import { ADD_FINALIZER, REMOVE_FINALIZER } from "./key/mod.ts";
import type { Mishaps } from "./reporting/mod.ts";

const SOURCES: readonly CacheChange["source"][] = ["initial", "relist", "event", "write", "live"];
const CAUSES = ["ended", "expired", "failed", "restored"] as const;

/** Records metrics of what controllers share. Does nothing if nobody collects them. */
export class SharedMeasures {
  readonly #metrics: Metrics;
  readonly #states = new WeakMap<Informer, WatchState>();
  readonly #mishaps: Mishaps;

  /** @param metrics Records them. @param mishaps Handles what that throws: a request must not fail because of it. */
  constructor(metrics: Metrics, mishaps: Mishaps) {
    this.#metrics = metrics;
    this.#mishaps = mishaps;
    for (const verb of [...READ_VERBS, ...WRITE_VERBS]) metrics.histogram("apiDuration", verb);
  }

  /** Called for requests; `undefined` if nobody collects metrics. */
  get onRequest(): Transport["onRequest"] {
    return this.#metrics.active ? (record) => this.#ended(record, record.durationMs) : undefined;
  }

  /** Called for the requests of watches; `undefined` if nobody collects metrics. */
  get onWatchRequest(): ((request: WatchRequest) => void) | undefined {
    return this.#metrics.active ? (request) => this.#ended(request) : undefined;
  }

  /** Creates the known series of the controllers, and reads the watches from now on. */
  begin(controllers: readonly ResolvedController[], informers: InformerSet): void {
    if (!this.#metrics.active) return;
    for (const { allowed } of controllers) {
      for (const { kind, verbs = WRITE_VERBS } of allowed) this.#expect(verbs, kind);
    }
    for (const informer of informers.informers) this.#observe(informer);
  }

  /** Counts a restarted watch. */
  onState(state: WatchState, informer: Informer): void {
    if (!this.#metrics.active) return;
    const before = this.#states.get(informer);
    this.#states.set(informer, state);
    const cause = restartCause(before, state);
    if (cause) this.#metrics.counter("watchRestarts", labelOf(informer.kind), cause).add();
  }

  #ended({ verb, group, resource, code }: WatchRequest | RequestRecord, durationMs?: number): void {
    try {
      this.#metrics.counter("apiRequests", verb, resourceLabel(resource, group), String(code ?? "none")).add();
      if (durationMs !== undefined) this.#metrics.histogram("apiDuration", verb).record(durationMs / 1_000);
    } catch (error) {
      this.#mishaps.tell("telemetry", "cannot record metrics as the meter threw", error);
    }
  }

  /** Creates the series of requests that will certainly come. */
  #expect(verbs: readonly string[], kind: ResourceKind): void {
    for (const verb of verbs) this.#metrics.counter("apiRequests", verb, labelOf(kind), "200");
  }

  #observe(informer: Informer): void {
    const metrics = this.#metrics;
    const resource = labelOf(informer.kind);
    this.#expect(["list", "watch"], informer.kind);
    for (const source of SOURCES) metrics.counter("watchEvents", resource, source);
    for (const cause of CAUSES) metrics.counter("watchRestarts", resource, cause);
    metrics.gauge("cacheObjects", () => informer.cache.size, resource);
    metrics.gauge("watchSilence", () => seconds(informer.staleness.silentFor), resource);
    metrics.gauge("watchTrouble", () => seconds(informer.staleness.troubledFor) ?? 0, resource);
    informer.subscribe((changes) => {
      // Changes that are reported together have the same source.
      const source = changes[0]?.source;
      if (source) metrics.counter("watchEvents", resource, source).add(changes.length);
    });
  }
}

function labelOf({ group, plural }: ResourceKind): string {
  return resourceLabel(plural, group);
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

function restartCause(before: WatchState | undefined, state: WatchState): typeof CAUSES[number] | undefined {
  if (state.type === "restored") return "restored";
  if (state.type === "backing-off") return "failed";
  if (before?.type !== "watching" && before?.type !== "connecting") return undefined;
  if (state.type === "connecting") return "ended";
  return state.type === "listing" || state.type === "streaming-list" ? "expired" : undefined;
}

/** The steps of a controller's plans that are known in advance. */
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
