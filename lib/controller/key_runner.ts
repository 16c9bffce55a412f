/** Runs one key: the object as the cache has it, the plan for it, the Run, and when it is run next. */

import { createPerformer, liveReadApi, type Transport, type WriteResult } from "../kube/mod.ts";
import { type KubeObject, parseKey, type ResourceKind } from "../model/mod.ts";
import type { Next, Taken } from "../queue/mod.ts";
import {
  Deadline,
  Deadlines,
  decideNext,
  executeRun,
  MODIFIED_IN_A_ROW,
  NO_HISTORY,
  type RunHistory,
  type RunResult,
  stepOf,
} from "../run/mod.ts";
import { StepError, type Steps } from "../steps/mod.ts";
import type { Logger, RunMetrics, TraceBudget, TracedRuns, TraceScope } from "../telemetry/mod.ts";
import type { CachedKind, LiveRead } from "../watch/mod.ts";
import type { EventTeller } from "./event_telling.ts";
import { choosePlan } from "./finalizing.ts";
import { runReads } from "./reads.ts";
import { logRun, type RunReport, waitOf } from "./report.ts";
import type { ResolvedController } from "./resolve.ts";
import { RunUnderWay } from "./run_under_way.ts";

/** The name under which errors are reported that happen before the first step. */
const BEFORE_FIRST_STEP = "(before the first step)";

/** What a {@link KeyRunner} works with. */
export interface KeyRunnerOptions {
  readonly controller: ResolvedController;
  readonly transport: Transport;
  /** The view of the controller's own resource. */
  readonly primary: CachedKind;
  /** The view of a kind that is watched; `undefined` for others. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** Told of what a live read found. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** Told of each write. */
  readonly onWrite: (result: WriteResult) => void;
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
  readonly log: Logger;
}

/** Runs keys of one controller, and remembers of each what policy needs. */
export class KeyRunner implements Disposable {
  readonly #options: KeyRunnerOptions;
  readonly #deadlines: Deadlines;
  readonly #histories = new Map<string, RunHistory>();
  /** Keys of which it was left open what there is, and the step that did: reads are live until a Run gets past that step. */
  readonly #doubts = new Map<string, string>();
  /** What keys wait for, as it was logged. */
  readonly #waits = new Map<string, string>();

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
    const begin = () => this.#runObject(run);
    const ended = run.trace ? run.trace.within(begin) : begin();
    return ended instanceof Promise
      ? ended.then((settled) => this.#conclude(run, settled))
      : this.#conclude(run, ended);
  }

  #conclude(run: RunUnderWay, ended: EndedRun | undefined): Next {
    const { metrics } = this.#options;
    const { key, waited } = run.taken;
    if (ended === undefined) {
      run.trace?.end({ outcome: "Gone" });
      return this.#forget(key);
    }
    const { result } = ended;
    this.#keepDoubt(ended, run);
    const next = this.#decide(key, result, run);
    const duration = run.elapsed;
    run.trace?.end({
      outcome: result.outcome,
      step: stepOf(result),
      error: result.outcome === "Failed" ? result.error : undefined,
      isRepeated: this.#isRepeated(key, result),
    });
    if (metrics.active) {
      metrics.runEnded({ outcome: result.outcome, duration, waited, retried: next.type === "backoff" });
    }
    this.#report(run, ended, duration, next);
    return next;
  }

  /** `undefined` when there is no such object any more. */
  #runObject(run: RunUnderWay): EndedRun | undefined | Promise<EndedRun | undefined> {
    const { key } = run.taken;
    if (this.#doubts.has(key)) return this.#runInDoubt(run);
    const object = this.#options.primary.find(key);
    return object && this.#walk(object, run, false);
  }

  /** The object itself is asked for, too. By the cache's word: what a label selector leaves out is none of its business. */
  async #runInDoubt(run: RunUnderWay): Promise<EndedRun | undefined> {
    const { controller: { resource }, primary, observe } = this.#options;
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
    const object = primary.find(key);
    return object && await this.#walk(object, run, true);
  }

  #walk(object: KubeObject, run: RunUnderWay, liveOnly: boolean): EndedRun | Promise<EndedRun> {
    const { controller, viewOf, observe, signal } = this.#options;
    const { transport } = run;
    try {
      const steps = choosePlan(object, controller);
      const live = () => liveReadApi({ transport, owner: object, signal });
      const result = executeRun({
        steps,
        object,
        kube: runReads({ object, viewOf, live, observe, liveOnly }),
        runStart: new Date(transport.clock.now()),
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

  /** A Run that ends before the step in doubt, or fails in it, has settled nothing. */
  #keepDoubt({ result, steps }: EndedRun, { taken: { key }, isUncertain }: RunUnderWay): void {
    if (isUncertain) {
      this.#doubts.set(key, stepOf(result) ?? "");
      return;
    }
    const doubt = this.#doubts.get(key);
    if (doubt !== undefined && isPast(result, doubt, steps?.names ?? [])) this.#doubts.delete(key);
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
        onWrite(result);
      },
      known: (kind, { namespace, name }) => {
        const view = viewOf(kind);
        return view?.covers(namespace) ? view.get(namespace, name) : undefined;
      },
    });
  }

  #decide(key: string, result: RunResult, { log }: RunUnderWay): Next {
    const { controller: { backoff, requeueEvery }, transport: { random } } = this.#options;
    const before = this.#histories.get(key) ?? NO_HISTORY;
    const { next, history } = decideNext(result, before, { backoff, requeueEvery, random });
    if (history !== NO_HISTORY) this.#histories.set(key, history);
    else if (before !== NO_HISTORY) this.#histories.delete(key);
    if (history.modified === MODIFIED_IN_A_ROW && before.modified < MODIFIED_IN_A_ROW) {
      const { modified: changes } = history;
      log.warn("changed again and again without coming to rest; slowing down. Do two steps undo each other?", {
        step: stepOf(result),
        changes,
      });
    }
    return next;
  }

  #report(run: RunUnderWay, { object, result }: EndedRun, duration: number, next: Next): void {
    const { controller: { name: controller, onRun }, tellEvent, log } = this.#options;
    const { key, reason: trigger, waited } = run.taken;
    const wait = waitOf(result);
    const isRepeated = this.#isRepeated(key, result);
    const nextIn = next.type === "wait" ? undefined : next.type === "now" ? 0 : next.delay;
    const report: RunReport = { controller, run: run.id, key, trigger, waited, duration, result, nextIn };
    if (result.outcome !== "NoOp" || log.enabled?.("debug") !== false) logRun(report, isRepeated, run.log);
    if (object && !isRepeated) tellEvent?.(result, object);
    if (wait !== undefined) this.#waits.set(key, wait);
    else if (this.#waits.size > 0) this.#waits.delete(key);
    try {
      onRun?.(report);
    } catch (error) {
      run.log.error("onRun threw", { step: stepOf(result), error: String(error) });
    }
  }

  /** Whether a Run waits for the same as the one before it. */
  #isRepeated(key: string, result: RunResult): boolean {
    const wait = waitOf(result);
    return wait !== undefined && this.#waits.get(key) === wait;
  }

  #forget(key: string): Next {
    this.#histories.delete(key);
    this.#doubts.delete(key);
    this.#waits.delete(key);
    return { type: "wait" };
  }
}

/** How a Run ended, and over what, as far as that was found. */
interface EndedRun {
  readonly object: KubeObject | undefined;
  readonly steps: Steps<KubeObject> | undefined;
  readonly result: RunResult;
}

function failed(error: unknown, object: KubeObject | undefined): EndedRun {
  return { object, steps: undefined, result: { outcome: "Failed", error: new StepError(BEFORE_FIRST_STEP, error) } };
}

/** Whether a Run has done with a step: got past it, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  // A branch of a join is named after it.
  const place = (name: string) => names.findIndex((one) => name === one || name.startsWith(`${one}/`));
  return place(ended) > place(step) || (result.outcome === "Modified" && place(ended) === place(step));
}
