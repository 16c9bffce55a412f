/** One running controller: its views, its queue and its workers. */

import type { Transport, WriteResult } from "../kube/mod.ts";
import { type Next, type Taken, WorkQueue } from "../queue/mod.ts";
import { type Logger, type Metrics, RunMetrics, TraceBudget, TraceScope, withFields } from "../telemetry/mod.ts";
import { messageOf } from "../steps/mod.ts";
import { sleep } from "../time/mod.ts";
import type { InformerSet } from "../watch/mod.ts";
import type { ControllerHealth, EventTelling, Mishaps } from "./reporting/mod.ts";
import { type KeyLocks, KeyRunner } from "./key/mod.ts";
import {
  connectTriggers,
  type ControllerViews,
  LateWrites,
  obtainViews,
  OwnEchoes,
  TiedOwners,
  viewFinder,
} from "./waking/mod.ts";
import { knownSteps } from "./measuring.ts";
import type { ResolvedController } from "./options/mod.ts";

/** The parts that the controllers of a process share. */
export interface SharedParts {
  readonly transport: Transport;
  readonly informers: InformerSet;
  /** For controllers of one resource; `undefined` if only one controller has the resource. */
  readonly locks: KeyLocks | undefined;
  /** Aborted at the end of a shutdown, to end Runs that are still under way. */
  readonly runSignal: AbortSignal;
  /** Records Events about Runs; `undefined` if they are off. */
  readonly events: EventTelling | undefined;
  readonly metrics: Metrics;
  readonly traces: "notable" | "all";
  readonly logger: Logger;
  /** Handles errors that occur where no Run can fail with them. */
  readonly mishaps: Mishaps;
}

/** How long a key waits if an error occurred outside its Run, in milliseconds. */
const AFTER_MISHAP = 60_000;

/** How many Runs a worker makes before it checks how long it has worked: the check costs a runtime call. */
const RUNS_BEFORE_LOOK = 64;

/**
 * How long a worker works before it yields to the rest of the process, in milliseconds. Runs that only read caches
 * never wait, so watches, probes and timers would otherwise have to wait until the queue is empty.
 */
const LONGEST_WITHOUT_PAUSE = 25;

/** One running controller. */
export class Engine {
  readonly #controller: ResolvedController;
  readonly #shared: SharedParts;
  readonly #queue: WorkQueue;
  readonly #views: ControllerViews;
  readonly #lateWrites: LateWrites;
  readonly #runner: KeyRunner;
  readonly #log: Logger;
  readonly #underWay = new Set<string>();
  readonly #echoes = new OwnEchoes((key) => this.#underWay.has(key));
  /** Waiting keys whose lock this controller already holds. */
  readonly #granted = new Set<string>();
  readonly #closed = Promise.withResolvers<"closed">();
  #begunAt: number;
  #working = false;
  #isClosed = false;

  /** @param controller Its options. @param shared The shared parts. */
  constructor(controller: ResolvedController, shared: SharedParts) {
    const { transport, informers, runSignal, logger } = shared;
    this.#controller = controller;
    this.#shared = shared;
    this.#log = withFields(logger, { controller: controller.name });
    this.#queue = new WorkQueue({ clock: transport.clock });
    this.#begunAt = transport.clock.monotonic();
    this.#views = obtainViews(controller, informers);
    this.#lateWrites = new LateWrites(transport.clock);
    const tied = new TiedOwners(controller.resource, this.#views.primary);
    this.#runner = new KeyRunner({
      controller,
      tied,
      transport,
      primary: this.#views.primary,
      viewOf: viewFinder(this.#views),
      observe: (kind, read) => informers.observeLive(kind, read),
      seen: (kind) => informers.seen(kind),
      onWrite: (result, key) => this.#overlay(result, key),
      tellEvent: shared.events?.tellerFor(controller),
      metrics: this.#measure(),
      traceBudget: shared.traces === "all" ? undefined : new TraceBudget(),
      signal: runSignal,
      isClosed: () => this.#isClosed,
      log: this.#log,
      mishaps: shared.mishaps,
    });
    const onError = (error: unknown) => shared.mishaps.tell("trigger", messageOf(error), error, undefined, this.#log);
    connectTriggers(controller, this.#views, {
      ...{ queue: this.#queue, lateWrites: this.#lateWrites, tied, onError, echoes: this.#echoes },
    });
  }

  /** The keys of the Runs under way. */
  get underWay(): readonly string[] {
    return [...this.#underWay];
  }

  /** The Runs under way, for people: one text, because it is not known which step belongs to which of several Runs. */
  get runsUnderWay(): string | undefined {
    if (this.#underWay.size === 0) return undefined;
    const runs = Array.from(this.#underWay, (key) => `${this.#controller.resource.kind} ${key}`).join(", ");
    const steps = this.#runner.stepsUnderWay.map((step) => `"${step}"`).join(", ");
    return steps === "" ? `a Run of ${runs}` : `step ${steps} of ${runs}`;
  }

  /** Whether Runs begin while objects wait. */
  get health(): ControllerHealth {
    const { name, stepTimeout } = this.#controller;
    const waiting = this.#working && this.#queue.depth > 0;
    const stalledFor = waiting ? this.#shared.transport.clock.monotonic() - this.#begunAt : undefined;
    return { name, stepTimeout, stalledFor };
  }

  /** Resolves when every watched kind has been listed. */
  async synced(): Promise<void> {
    const { primary, owned, watched } = this.#views;
    await Promise.all([primary, ...owned, ...watched].map((view) => view.whenSynced()));
  }

  /** Works until the queue is closed. Waits until every kind has been listed, so that no Run acts on an incomplete view. */
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

  /** Starts no new Run from now on, not even for a key that has been handed out and still waits. */
  close(): void {
    this.#isClosed = true;
    this.#queue.close();
    this.#closed.resolve("closed");
  }

  /** Applies a write to the caches, which report it at once. */
  #overlay(result: WriteResult, key: string): void {
    this.#lateWrites.note(result);
    this.#echoes.answered(key, result, () => this.#shared.informers.overlay(result));
  }

  #measure(): RunMetrics {
    const { name } = this.#controller;
    const { metrics } = this.#shared;
    const queue = this.#queue;
    metrics.gauge("queueDepth", () => queue.depth, name);
    metrics.gauge("queueDelayed", () => queue.size - queue.depth - queue.running, name);
    metrics.gauge("runsActive", () => this.#underWay.size, name);
    return new RunMetrics(metrics, name, knownSteps(this.#controller));
  }

  #startWorker(): Promise<void> {
    const scope = new TraceScope();
    return scope.within(() => this.#worker(scope));
  }

  async #worker(scope: TraceScope): Promise<void> {
    const { clock } = this.#shared.transport;
    let pausedAt = clock.monotonic();
    for (let runs = 1;; runs++) {
      let begunAt = clock.monotonic();
      let taken = this.#queue.tryNext(begunAt);
      if (!taken) {
        taken = await this.#queue.next();
        if (!taken) return;
        pausedAt = begunAt = clock.monotonic();
      }
      if (!this.#lock(taken)) continue;
      try {
        const next = this.#run(taken, begunAt, scope);
        this.#queue.done(taken.key, next instanceof Promise ? await next : next);
      } catch (error) {
        this.#giveBack(taken, error);
      } finally {
        this.#unlock(taken);
      }
      if (runs % RUNS_BEFORE_LOOK === 0 && clock.monotonic() - pausedAt > LONGEST_WITHOUT_PAUSE) {
        await sleep(clock, 0);
        pausedAt = clock.monotonic();
      }
    }
  }

  /**
   * Whether no other controller runs the key now. If one does, the key is queued again when that Run has ended. No
   * worker waits for it, so a slow Run in another controller delays no other object in this one.
   */
  #lock(taken: Taken): boolean {
    const { locks } = this.#shared;
    if (!locks || this.#granted.delete(taken.key)) return true;
    return locks.acquire(this.#lockName(taken), () => {
      this.#granted.add(taken.key);
      this.#queue.handBack(taken);
    });
  }

  #unlock(taken: Taken): void {
    this.#shared.locks?.release(this.#lockName(taken));
  }

  #lockName({ key }: Taken): string {
    const { group, plural } = this.#controller.resource;
    return `${group}/${plural}/${key}`;
  }

  /** Keeps the worker alive after an error outside the Run: a failed Run throws nothing. */
  #giveBack({ key }: Taken, error: unknown): void {
    this.#ended(key);
    this.#shared.mishaps.tell(
      "worker",
      "cannot run an object as code around its Run threw",
      error,
      () => ({ key }),
      this.#log,
    );
    try {
      this.#queue.done(key, { type: "backoff", delay: AFTER_MISHAP, reason: "code around its Run threw" });
    } catch (another) {
      this.#shared.mishaps.tell(
        "worker",
        "cannot give an object back to the queue",
        another,
        () => ({ key }),
        this.#log,
      );
    }
  }

  #run(taken: Taken, begunAt: number, scope: TraceScope): Next | Promise<Next> {
    const { key } = taken;
    // The key was handed out before the shutdown, and has waited since for its worker or for a lock.
    if (this.#isClosed) return { type: "wait" };
    this.#underWay.add(key);
    this.#begunAt = begunAt;
    const next = this.#runner.run(taken, begunAt, scope);
    if (next instanceof Promise) return next.finally(() => this.#ended(key));
    this.#ended(key);
    return next;
  }

  /** Queues the key if something other than an echo came during its Run. */
  #ended(key: string): void {
    this.#underWay.delete(key);
    const urgency = this.#echoes.ended(key);
    if (urgency !== undefined) this.#queue.add({ key, reason: "something changed meanwhile", urgency });
  }
}
