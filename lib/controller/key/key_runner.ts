/** Runs one key: reads the object from the cache, chooses its plan, makes the Run, and decides when the next one is due. */

import { createPerformer, liveReadApi, type Performer, type SeenOfKind, type WriteResult } from "../../kube/mod.ts";
import { type KubeObject, parseKey, type ResourceKind, watchPromise } from "../../model/mod.ts";
import type { Next, Taken } from "../../queue/mod.ts";
import {
  Deadline,
  Deadlines,
  decideNext,
  type Decision,
  executeRun,
  MODIFIED_IN_A_ROW,
  type RunHistory,
  type RunResult,
  stepOf,
} from "../../run/mod.ts";
import type { RunEnding, TraceScope } from "../../telemetry/mod.ts";
import { type CachedKind, isReduced, type LiveRead } from "../../watch/mod.ts";
import { BEFORE_FIRST_STEP, type EndedRun, failedRun } from "./ended_run.ts";
import type { EventTeller } from "../reporting/mod.ts";
import { doubtAfter, Looking } from "./doubt.ts";
import { choosePlan } from "./finalizing.ts";
import { KeyMemory } from "./key_memory.ts";
import { runReads } from "./reads.ts";
import { levelOf, logRun, type RunReport, waitOf } from "../options/mod.ts";
import { RunUnderWay, type RunUnderWayOptions } from "./run_under_way.ts";
import type { TiedOwners } from "../waking/mod.ts";
import { Unrest } from "./unrest.ts";

/** What a {@link KeyRunner} needs. */
export interface KeyRunnerOptions extends RunUnderWayOptions {
  /** Learns which dependents a plan has without an owner reference. */
  readonly tied: TiedOwners;
  /** The view of the controller's own resource. */
  readonly primary: CachedKind;
  /** The view of a watched kind; `undefined` for other kinds. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** Called with the result of a live read. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** How much of a kind has been seen, if anything. */
  readonly seen: (kind: ResourceKind) => SeenOfKind | undefined;
  /** Called for each write, with the key whose Run wrote. */
  readonly onWrite: (result: WriteResult, key: string) => void;
  /** Records Events about Runs, if that is on. */
  readonly tellEvent: EventTeller | undefined;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Whether a shutdown has begun, so that no new Run may begin. */
  readonly isClosed: () => boolean;
}

/** Runs the keys of one controller, and remembers what the policy needs for each. */
export class KeyRunner implements Disposable {
  readonly #options: KeyRunnerOptions;
  readonly #deadlines: Deadlines;
  readonly #memory = new KeyMemory();
  readonly #unrest = new Unrest();

  /** @param options What it needs. */
  constructor(options: KeyRunnerOptions) {
    const { controller: { stepTimeout }, transport: { clock }, signal } = options;
    this.#options = options;
    this.#deadlines = new Deadlines({ clock, signal, stepTimeout });
  }

  /** The names of the steps that are waiting for something. */
  get stepsUnderWay(): readonly string[] {
    return this.#deadlines.steps;
  }

  /** Releases what Runs share. */
  [Symbol.dispose](): void {
    this.#deadlines[Symbol.dispose]();
  }

  /**
   * Makes one Run of a key. Never throws. Returns synchronously if nothing had to be awaited.
   *
   * @param now The monotonic time of the clock.
   * @param scope The worker, for tracing.
   */
  run(taken: Taken, now: number, scope: TraceScope): Next | Promise<Next> {
    const run = new RunUnderWay(taken, now, this.#options, scope);
    const ended = this.#begin(run);
    if (!(ended instanceof Promise)) return this.#conclude(run, ended);
    return ended.then(
      (settled) => this.#conclude(run, settled),
      (error) => this.#conclude(run, failedRun(error)),
    );
  }

  /** Begins a Run. An object that cannot be read fails its Run. */
  #begin(run: RunUnderWay): EndedRun | undefined | Promise<EndedRun | undefined> {
    try {
      return this.#runObject(run);
    } catch (error) {
      return failedRun(error);
    }
  }

  #conclude(run: RunUnderWay, ended: EndedRun | undefined): Next {
    const { key } = run.taken;
    if (ended === undefined) {
      this.#endTrace(run, { outcome: "Gone" });
      this.#memory.forget(key);
      this.#options.tied.forget(key);
      return { type: "wait" };
    }
    const { object, steps, result } = ended;
    const now = this.#options.transport.clock.monotonic();
    const before = this.#memory.recall(key, object);
    const { next, history } = this.#decide(ended, before.history, run, now);
    const wait = waitOf(result);
    const isRepeated = wait !== undefined && wait === before.wait;
    const { refusedStatus = before.refusedStatus } = run;
    const doubt = run.isUncertain || before.doubt
      ? doubtAfter(result, steps?.names ?? [], before.doubt, run)
      : undefined;
    this.#memory.keep(key, object, { history, doubt, wait, refusedStatus });
    const duration = now - run.begunAt;
    if (run.trace) {
      this.#endTrace(run, {
        outcome: result.outcome,
        step: stepOf(result),
        error: result.outcome === "Failed" ? result.error : undefined,
        isRepeated,
      });
    }
    this.#count(run, result, duration, next);
    this.#report(run, ended, { duration, next, isRepeated });
    return next;
  }

  #endTrace(run: RunUnderWay, ending: RunEnding): void {
    try {
      run.trace?.end(ending);
    } catch (error) {
      this.#options.mishaps.tell("telemetry", "cannot trace a Run as the tracer threw", error, undefined, run.log);
    }
  }

  #count(run: RunUnderWay, { outcome }: RunResult, duration: number, next: Next): void {
    const { metrics, mishaps } = this.#options;
    if (!metrics.active) return;
    try {
      metrics.runEnded({ outcome, duration, waited: run.taken.waited, retried: next.type === "backoff" });
    } catch (error) {
      mishaps.tell("telemetry", "cannot record the metrics of a Run as the meter threw", error, undefined, run.log);
    }
  }

  /** `undefined` if the object no longer exists, or no more Runs may begin. */
  #runObject(run: RunUnderWay): EndedRun | undefined | Promise<EndedRun | undefined> {
    const { key } = run.taken;
    const doubt = this.#memory.doubtOf(key);
    if (doubt !== undefined) return this.#runInDoubt(run, new Looking(doubt));
    const object = this.#options.primary.find(key);
    return object && this.#walk(object, run, undefined);
  }

  /**
   * Reads the object live as well, but only if the cache has it: an object outside the label selector is not the
   * controller's.
   */
  async #runInDoubt(run: RunUnderWay, looking: Looking): Promise<EndedRun | undefined> {
    const { controller: { resource }, primary, observe, isClosed } = this.#options;
    const { key } = run.taken;
    try {
      const ref = parseKey(key);
      const cached = primary.find(key);
      const deadline = new Deadline(BEFORE_FIRST_STEP, this.#deadlines);
      const live = liveReadApi({ transport: run.transport, signal: deadline.signal });
      const { namespace, name } = ref;
      const found = await deadline.race(live.get(resource, name, namespace === undefined ? {} : { namespace }));
      observe(resource, found ? { object: found } : { gone: ref, uid: cached?.metadata.uid });
    } catch (error) {
      return failedRun(error);
    }
    // A shutdown began during the read. Nothing has been done for the object yet, so end here.
    if (isClosed()) return undefined;
    const object = primary.find(key);
    return object && await this.#walk(object, run, looking);
  }

  /** In doubt, reads are live, and the Run records what it has looked for. */
  #walk(object: KubeObject, run: RunUnderWay, looking: Looking | undefined): EndedRun | Promise<EndedRun> {
    const { controller, tied, viewOf, observe, signal } = this.#options;
    const { transport } = run;
    try {
      const steps = choosePlan(object, controller);
      tied.note(run.taken.key, object, steps);
      const live = () => liveReadApi({ transport, owner: object, signal });
      const { readable } = controller;
      const reads = runReads({ object, viewOf, readable, live, observe, liveOnly: looking !== undefined });
      const result = executeRun({
        steps,
        object,
        kube: looking ? looking.through(reads) : reads,
        runStart: new Date(transport.clock.now()),
        fieldManager: controller.name,
        log: () => run.log,
        observer: run.observer,
        deadlines: this.#deadlines,
        refusedStatus: this.#memory.refusedStatusOf(run.taken.key, object),
        performer: (stepSignal) => this.#performerFor(object, stepSignal, run, looking),
      });
      return result instanceof Promise
        ? result.then((settled) => ({ object, steps, result: settled }))
        : { object, steps, result };
    } catch (error) {
      return failedRun(error, object);
    }
  }

  #performerFor(object: KubeObject, signal: AbortSignal, run: RunUnderWay, looking: Looking | undefined): Performer {
    const { controller, viewOf, onWrite, seen } = this.#options;
    return createPerformer({
      transport: run.transport,
      fieldManager: controller.name,
      owner: { kind: controller.resource, object },
      owns: controller.owns.map(({ kind }) => kind),
      allowed: controller.allowed,
      implied: controller.implied,
      signal,
      onWrite: (result) => {
        run.noteWrite(result);
        onWrite(result, run.taken.key);
      },
      onStatusRefused: ({ patch, text }) => {
        run.refusedStatus = text;
        const fields = Object.keys(patch).join(", ");
        run.log.warn("the API server does not store the status as it was set; what it has stored counts as set", {
          fields,
        });
      },
      seen,
      isUnseen: looking && ((kind) => looking.isUnseen(kind)),
      known: (kind, { namespace, name }) => {
        const view = viewOf(kind);
        const object = view?.covers(namespace) ? view.get(namespace, name) : undefined;
        // A reduced object has no known contents to compare with.
        return object && !isReduced(object) ? object : undefined;
      },
    });
  }

  #decide({ object, result }: EndedRun, history: RunHistory, run: RunUnderWay, now: number): Decision {
    const { controller: { backoff, requeueEvery }, transport: { random } } = this.#options;
    const { key } = run.taken;
    // Changes count even after a Run without one: if somebody undoes each change, every second Run has nothing to do.
    const modified = Math.max(history.modified, this.#unrest.changesOf(key, object, now));
    const before = modified === history.modified ? history : { ...history, modified };
    const decision = decideNext(result, before, { backoff, requeueEvery, random });
    if (object && result.outcome === "Modified" && result.hadEffect) this.#unrest.add(key, object, now);
    const { modified: changes } = decision.history;
    if (changes === MODIFIED_IN_A_ROW && modified < MODIFIED_IN_A_ROW && this.#unrest.shouldWarn(key)) {
      run.log.warn(
        "changed again and again without coming to rest; slowing down. Do two steps undo each other, or does somebody undo them?",
        { step: stepOf(result), changes },
      );
    }
    return decision;
  }

  #report(run: RunUnderWay, { object, result }: EndedRun, { duration, next, isRepeated }: Concluded): void {
    const { controller: { name: controller, onRun }, tellEvent, log, mishaps } = this.#options;
    const { key, reason: trigger, waited } = run.taken;
    const nextIn = next.type === "wait" ? undefined : next.type === "now" ? 0 : next.delay;
    const report: RunReport = { controller, run: run.id, key, trigger, waited, duration, result, nextIn };
    const level = levelOf(result, isRepeated);
    // Skips disabled levels. But a line above debug also marks the Run as worth a trace, so it is made in any case.
    if (run.trace && level !== "debug" || log.enabled?.(level) !== false) logRun(report, level, run.log);
    if (object && !isRepeated && tellEvent) this.#tellEvent(run, result, object);
    if (!onRun) return;
    const step = stepOf(result);
    try {
      const onRejected = (error: unknown) => mishaps.tell("onRun", "onRun rejected", error, () => ({ step }), run.log);
      watchPromise(onRun(report), onRejected);
    } catch (error) {
      mishaps.tell("onRun", "onRun threw", error, () => ({ step }), run.log);
    }
  }

  #tellEvent(run: RunUnderWay, result: RunResult, object: KubeObject): void {
    try {
      this.#options.tellEvent?.(result, object);
    } catch (error) {
      this.#options.mishaps.tell("event", "cannot record an Event about a Run", error, undefined, run.log);
    }
  }
}

/** The conclusions from a Run. */
interface Concluded {
  readonly duration: number;
  readonly next: Next;
  /** Whether the Run before waited for the same thing. */
  readonly isRepeated: boolean;
}
