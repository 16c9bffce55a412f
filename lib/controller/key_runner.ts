/** Runs one key: the object as the cache has it, the plan for it, the Run, and when it is run next. */

import { createPerformer, liveReadApi, type Transport, type WriteResult } from "../kube/mod.ts";
import { type KubeObject, parseKey, type ResourceKind, watchPromise } from "../model/mod.ts";
import type { Next, Taken } from "../queue/mod.ts";
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
} from "../run/mod.ts";
import { StepError, type Steps } from "../steps/mod.ts";
import type { Logger, RunEnding, RunMetrics, TraceBudget, TracedRuns, TraceScope } from "../telemetry/mod.ts";
import type { CachedKind, LiveRead } from "../watch/mod.ts";
import type { EventTeller } from "./event_telling.ts";
import { choosePlan } from "./finalizing.ts";
import type { Mishaps } from "./mishaps.ts";
import { KeyMemory } from "./key_memory.ts";
import { runReads } from "./reads.ts";
import { logRun, type RunReport, waitOf } from "./report.ts";
import type { ResolvedController } from "./resolve.ts";
import { RunUnderWay } from "./run_under_way.ts";
import type { TiedOwners } from "./tied_owners.ts";

/** The name under which errors are reported that happen before the first step. */
const BEFORE_FIRST_STEP = "(before the first step)";

/** What a {@link KeyRunner} works with. */
export interface KeyRunnerOptions {
  readonly controller: ResolvedController;
  /** Told which dependents a plan has that no owner reference ties to the object. */
  readonly tied: TiedOwners;
  readonly transport: Transport;
  /** The view of the controller's own resource. */
  readonly primary: CachedKind;
  /** The view of a kind that is watched; `undefined` for others. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** Told of what a live read found. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** Told of each write, and of the key whose Run wrote. */
  readonly onWrite: (result: WriteResult, key: string) => void;
  /** Tells of Runs in Events, when that is wanted. */
  readonly tellEvent: EventTeller | undefined;
  /** Counts the Runs. */
  readonly metrics: RunMetrics;
  /** Which Runs are traced. */
  readonly traces: TracedRuns;
  /** How many of them. */
  readonly traceBudget: TraceBudget;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Whether a shutdown has been asked for, so that no step may begin a Run any more. */
  readonly isClosed: () => boolean;
  readonly log: Logger;
  /** Told of what is thrown by those who are told of a Run. */
  readonly mishaps: Mishaps;
}

/** Runs keys of one controller, and remembers of each what policy needs. */
export class KeyRunner implements Disposable {
  readonly #options: KeyRunnerOptions;
  readonly #deadlines: Deadlines;
  readonly #memory = new KeyMemory();

  /** @param options What it works with. */
  constructor(options: KeyRunnerOptions) {
    const { controller: { stepTimeout }, transport: { clock }, signal } = options;
    this.#options = options;
    this.#deadlines = new Deadlines({ clock, signal, stepTimeout });
  }

  /** Lets go of what Runs share. */
  [Symbol.dispose](): void {
    this.#deadlines[Symbol.dispose]();
  }

  /**
   * One Run of one key. Never throws. Ends at once when nothing had to be waited for.
   *
   * @param now The time by the clock's `monotonic`.
   * @param scope The worker, to whoever traces.
   */
  run(taken: Taken, now: number, scope: TraceScope): Next | Promise<Next> {
    const run = new RunUnderWay(taken, now, this.#options, scope);
    const ended = this.#begin(run);
    if (!(ended instanceof Promise)) return this.#conclude(run, ended);
    return ended.then(
      (settled) => this.#conclude(run, settled),
      (error) => this.#conclude(run, failed(error, undefined)),
    );
  }

  /** An object that cannot even be looked at fails its Run, too. */
  #begin(run: RunUnderWay): EndedRun | undefined | Promise<EndedRun | undefined> {
    try {
      return run.trace ? run.trace.within(() => this.#runObject(run)) : this.#runObject(run);
    } catch (error) {
      return failed(error, undefined);
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
    const { object, result } = ended;
    const before = this.#memory.recall(key, object);
    const { next, history } = this.#decide(result, before.history, run);
    const wait = waitOf(result);
    const isRepeated = wait !== undefined && wait === before.wait;
    this.#memory.keep(key, object, { history, doubt: doubtAfter(ended, before.doubt, run), wait });
    const duration = run.elapsed;
    this.#endTrace(run, {
      outcome: result.outcome,
      step: stepOf(result),
      error: result.outcome === "Failed" ? result.error : undefined,
      isRepeated,
    });
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
      mishaps.tell("telemetry", "cannot count a Run as the meter threw", error, undefined, run.log);
    }
  }

  /** `undefined` when there is no such object any more, or none is to be run any more. */
  #runObject(run: RunUnderWay): EndedRun | undefined | Promise<EndedRun | undefined> {
    const { key } = run.taken;
    if (this.#memory.doubtOf(key) !== undefined) return this.#runInDoubt(run);
    const object = this.#options.primary.find(key);
    return object && this.#walk(object, run, false);
  }

  /** The object itself is asked for, too. By the cache's word: what a label selector leaves out is none of its business. */
  async #runInDoubt(run: RunUnderWay): Promise<EndedRun | undefined> {
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
      return failed(error, undefined);
    }
    // Asked for while it was read: nothing has been done for the object, and nothing is begun any more.
    if (isClosed()) return undefined;
    const object = primary.find(key);
    return object && await this.#walk(object, run, true);
  }

  #walk(object: KubeObject, run: RunUnderWay, liveOnly: boolean): EndedRun | Promise<EndedRun> {
    const { controller, tied, viewOf, observe, signal } = this.#options;
    const { transport } = run;
    try {
      const steps = choosePlan(object, controller);
      tied.note(run.taken.key, object, steps);
      const live = () => liveReadApi({ transport, owner: object, signal });
      const result = executeRun({
        steps,
        object,
        kube: runReads({ object, viewOf, live, observe, liveOnly }),
        runStart: new Date(transport.clock.now()),
        fieldManager: controller.name,
        log: () => run.log,
        observer: run.observer,
        deadlines: this.#deadlines,
        performer: (stepSignal) => this.#performerFor(object, stepSignal, run),
      });
      return result instanceof Promise
        ? result.then((settled) => ({ object, steps, result: settled }))
        : { object, steps, result };
    } catch (error) {
      return failed(error, object);
    }
  }

  #performerFor(object: KubeObject, signal: AbortSignal, run: RunUnderWay): ReturnType<typeof createPerformer> {
    const { controller, viewOf, onWrite } = this.#options;
    return createPerformer({
      transport: run.transport,
      fieldManager: controller.name,
      owner: { kind: controller.resource, object },
      owns: controller.owns.map(({ kind }) => kind),
      allowed: controller.allowed,
      signal,
      onWrite: (result) => {
        if (result.type === "uncertain") run.isUncertain = true;
        onWrite(result, run.taken.key);
      },
      known: (kind, { namespace, name }) => {
        const view = viewOf(kind);
        return view?.covers(namespace) ? view.get(namespace, name) : undefined;
      },
    });
  }

  #decide(result: RunResult, before: RunHistory, { log }: RunUnderWay): Decision {
    const { controller: { backoff, requeueEvery }, transport: { random } } = this.#options;
    const decision = decideNext(result, before, { backoff, requeueEvery, random });
    const { history } = decision;
    if (history.modified === MODIFIED_IN_A_ROW && before.modified < MODIFIED_IN_A_ROW) {
      const { modified: changes } = history;
      log.warn("changed again and again without coming to rest; slowing down. Do two steps undo each other?", {
        step: stepOf(result),
        changes,
      });
    }
    return decision;
  }

  #report(run: RunUnderWay, { object, result }: EndedRun, { duration, next, isRepeated }: Concluded): void {
    const { controller: { name: controller, onRun }, tellEvent, log, mishaps } = this.#options;
    const { key, reason: trigger, waited } = run.taken;
    const nextIn = next.type === "wait" ? undefined : next.type === "now" ? 0 : next.delay;
    const report: RunReport = { controller, run: run.id, key, trigger, waited, duration, result, nextIn };
    if (result.outcome !== "NoOp" || log.enabled?.("debug") !== false) logRun(report, isRepeated, run.log);
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
      this.#options.mishaps.tell("event", "cannot tell of a Run in an Event", error, undefined, run.log);
    }
  }
}

/** How a Run ended, and over what, as far as that was found. */
interface EndedRun {
  readonly object: KubeObject | undefined;
  readonly steps: Steps<KubeObject> | undefined;
  readonly result: RunResult;
}

/** What was made of a Run. */
interface Concluded {
  readonly duration: number;
  readonly next: Next;
  /** Whether the Run before waited for the same. */
  readonly isRepeated: boolean;
}

function failed(error: unknown, object: KubeObject | undefined): EndedRun {
  return { object, steps: undefined, result: { outcome: "Failed", error: new StepError(BEFORE_FIRST_STEP, error) } };
}

/** The step in doubt after a Run. One that ends before that step, or fails in it, has settled nothing. */
function doubtAfter({ result, steps }: EndedRun, doubt: string | undefined, run: RunUnderWay): string | undefined {
  if (run.isUncertain) return stepOf(result) ?? "";
  return doubt !== undefined && isPast(result, doubt, steps?.names ?? []) ? undefined : doubt;
}

/** Whether a Run has done with a step: got past it, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  // A branch of a join is named after it.
  const place = (name: string) => names.findIndex((one) => name === one || name.startsWith(`${one}/`));
  return place(ended) > place(step) || (result.outcome === "Modified" && place(ended) === place(step));
}
