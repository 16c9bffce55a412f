/** One controller at work: its views, its queue, its workers. */

import type { Transport } from "../kube/mod.ts";
import type { KubeObject, ResourceKind } from "../model/mod.ts";
import { type Next, type Taken, WorkQueue } from "../queue/mod.ts";
import {
  type Logger,
  type Metrics,
  RunMetrics,
  TraceBudget,
  type TracedRuns,
  TraceScope,
  withFields,
} from "../telemetry/mod.ts";
import { sleep } from "../time/mod.ts";
import type { CachedKind, InformerSet, TriggerError } from "../watch/mod.ts";
import type { EventTelling } from "./event_telling.ts";
import type { ControllerHealth } from "./health.ts";
import type { KeyLocks } from "./key_locks.ts";
import { KeyRunner } from "./key_runner.ts";
import { LateWrites } from "./late_writes.ts";
import { knownSteps } from "./measuring.ts";
import type { ResolvedController } from "./resolve.ts";
import { connectTriggers, type ControllerViews } from "./triggering.ts";

/** What the controllers of a process share. */
export interface SharedParts {
  readonly transport: Transport;
  readonly informers: InformerSet;
  /** For controllers of one resource; `undefined` where one is alone with it. */
  readonly locks: KeyLocks | undefined;
  /** Aborted at the end of a shutdown: ends the Runs that are still under way. */
  readonly runSignal: AbortSignal;
  /** Tells of Runs in Events; `undefined` when that is not wanted. */
  readonly events: EventTelling | undefined;
  readonly metrics: Metrics;
  /** Which Runs are traced. */
  readonly traces: TracedRuns;
  readonly logger: Logger;
}

/** How many Runs a worker makes before it looks whether it has been at it for too long: looking costs a call of the runtime. */
const RUNS_BEFORE_LOOK = 64;

/**
 * How long a worker goes on, in milliseconds, before it lets everything else in the process have its turn. Runs that wait for
 * nothing but caches would otherwise keep watches, probes and timers from theirs until the queue is empty.
 */
const LONGEST_WITHOUT_PAUSE = 25;

/** One controller at work. */
export class Engine {
  readonly #controller: ResolvedController;
  readonly #shared: SharedParts;
  readonly #queue: WorkQueue;
  readonly #views: ControllerViews;
  readonly #runner: KeyRunner;
  readonly #log: Logger;
  readonly #underWay = new Set<string>();
  readonly #closed = Promise.withResolvers<"closed">();
  #begunAt: number;
  #working = false;

  /** @param controller What it does. @param shared What it does it with. */
  constructor(controller: ResolvedController, shared: SharedParts) {
    const { transport, informers, runSignal, logger } = shared;
    this.#controller = controller;
    this.#shared = shared;
    this.#log = withFields(logger, { controller: controller.name });
    this.#queue = new WorkQueue({ clock: transport.clock });
    this.#begunAt = transport.clock.monotonic();
    this.#views = obtainViews(controller, informers);
    const lateWrites = new LateWrites(transport.clock);
    this.#runner = new KeyRunner({
      controller,
      transport,
      primary: this.#views.primary,
      viewOf: viewFinder(this.#views),
      observe: (kind, read) => informers.observeLive(kind, read),
      onWrite: (result) => {
        lateWrites.note(result);
        informers.overlay(result);
      },
      tellEvent: shared.events?.tellerFor(controller),
      metrics: this.#measure(),
      traces: shared.traces,
      traceBudget: new TraceBudget(),
      signal: runSignal,
      log: this.#log,
    });
    const onError = (error: TriggerError) => this.#log.error(error.message);
    connectTriggers(controller, this.#views, this.#queue, lateWrites, onError);
  }

  /** The keys whose Runs are under way. */
  get underWay(): readonly string[] {
    return [...this.#underWay];
  }

  /** Whether Runs begin while objects wait for them. */
  get health(): ControllerHealth {
    const { name, stepTimeout } = this.#controller;
    const waiting = this.#working && this.#queue.depth > 0;
    const stalledFor = waiting ? this.#shared.transport.clock.monotonic() - this.#begunAt : undefined;
    return { name, stepTimeout, stalledFor };
  }

  /** Resolves when every kind that is watched has been listed. */
  async synced(): Promise<void> {
    const { primary, owned, watched } = this.#views;
    await Promise.all([primary, ...owned, ...watched].map((view) => view.whenSynced()));
  }

  /** Works until the queue is closed. No Run begins before every kind has been listed: it would act on half a view. */
  async work(): Promise<void> {
    const { name, resource, concurrency } = this.#controller;
    const begin = await Promise.race([this.synced(), this.#closed.promise]);
    if (begin === "closed") return;
    this.#working = true;
    this.#begunAt = this.#shared.transport.clock.monotonic();
    this.#log.info("ready", { kind: resource.kind, objects: this.#views.primary.size });
    await Promise.all(Array.from({ length: concurrency }, () => this.#startWorker()));
    this.#runner[Symbol.dispose]();
    this.#log.debug(`controller ${name} has stopped`);
  }

  /** Lets no new Run begin. */
  close(): void {
    this.#queue.close();
    this.#closed.resolve("closed");
  }

  #measure(): RunMetrics {
    const queue = this.#queue;
    const metrics = new RunMetrics(this.#shared.metrics, this.#controller.name, knownSteps(this.#controller));
    metrics.observeQueue({
      depth: () => queue.depth,
      delayed: () => queue.size - queue.depth - queue.running,
      active: () => this.#underWay.size,
    });
    return metrics;
  }

  #startWorker(): Promise<void> {
    const scope = new TraceScope();
    return scope.within(() => this.#worker(scope));
  }

  async #worker(scope: TraceScope): Promise<void> {
    const { transport: { clock }, locks } = this.#shared;
    let pausedAt = clock.monotonic();
    for (let runs = 1;; runs++) {
      let taken = this.#queue.tryNext();
      if (!taken) {
        taken = await this.#queue.next();
        if (!taken) return;
        pausedAt = clock.monotonic();
      }
      const next = locks ? this.#runLocked(taken, locks, scope) : this.#run(taken, scope);
      this.#queue.done(taken.key, next instanceof Promise ? await next : next);
      if (runs % RUNS_BEFORE_LOOK === 0 && clock.monotonic() - pausedAt > LONGEST_WITHOUT_PAUSE) {
        await sleep(clock, 0);
        pausedAt = clock.monotonic();
      }
    }
  }

  async #runLocked(taken: Taken, locks: KeyLocks, scope: TraceScope): Promise<Next> {
    const { group, plural } = this.#controller.resource;
    using _lock = await locks.acquire(`${group}/${plural}/${taken.key}`);
    return await this.#run(taken, scope);
  }

  #run(taken: Taken, scope: TraceScope): Next | Promise<Next> {
    const { key } = taken;
    this.#underWay.add(key);
    this.#begunAt = this.#shared.transport.clock.monotonic();
    const next = this.#runner.run(taken, this.#begunAt, scope);
    if (next instanceof Promise) return next.finally(() => this.#underWay.delete(key));
    this.#underWay.delete(key);
    return next;
  }
}

function obtainViews(controller: ResolvedController, informers: InformerSet): ControllerViews {
  const { resource, namespaces, labelSelector, owns, watches } = controller;
  const obtain = (kind: ResourceKind, selector: ResolvedController["labelSelector"]) =>
    informers.obtain(kind, { namespaces, labelSelector: selector });
  return {
    primary: obtain(resource, labelSelector),
    owned: owns.map((owned) => obtain(owned.kind, owned.labelSelector)),
    watched: watches.map((watched) => obtain(watched.kind, watched.labelSelector)),
  };
}

/** Of several views of a kind, one that holds all its objects is preferred: it can say that something is not there. */
function viewFinder(
  { primary, owned, watched }: ControllerViews,
): <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined {
  const views = new Map<string, CachedKind>();
  for (const view of [primary, ...owned, ...watched]) {
    const id = kindId(view.kind);
    if (!views.get(id)?.complete) views.set(id, view);
  }
  return <T extends KubeObject>(kind: ResourceKind<T>) => views.get(kindId(kind)) as CachedKind<T> | undefined;
}

/** With the version: another version of a kind has other fields. */
function kindId({ group, version, plural }: ResourceKind): string {
  return `${group}/${version}/${plural}`;
}
