/** Runs one key: the object as the cache has it, the plan for it, the Run, and when it is run next. */

import { createPerformer, liveReadApi, type Transport, type WriteResult } from "../kube/mod.ts";
import { type KubeObject, type ObjectRef, parseKey, type ResourceKind } from "../model/mod.ts";
import type { Next, Taken } from "../queue/mod.ts";
import {
  Deadline,
  decideNext,
  executeRun,
  MODIFIED_IN_A_ROW,
  NO_HISTORY,
  type RunHistory,
  type RunResult,
  stepOf,
} from "../run/mod.ts";
import { StepError } from "../steps/mod.ts";
import { type Logger, observeRun, type RunMetrics, type RunObserver, RunTrace, withFields } from "../telemetry/mod.ts";
import type { CachedKind, LiveRead } from "../watch/mod.ts";
import type { EventTeller } from "./event_telling.ts";
import { choosePlan } from "./finalizing.ts";
import { randomId } from "./random_id.ts";
import { runReads } from "./reads.ts";
import { logRun, type RunReport, waitOf } from "./report.ts";
import type { ResolvedController } from "./resolve.ts";

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
  /** Told of each write that is certain. */
  readonly onWrite: (result: WriteResult) => void;
  /** Tells of Runs in Events, when that is wanted. */
  readonly tellEvent: EventTeller | undefined;
  /** Counts the Runs. */
  readonly metrics: RunMetrics;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What one Run works with. */
interface RunParts {
  /** Traced, when anybody traces. */
  readonly transport: Transport;
  readonly observer: RunObserver | undefined;
  readonly log: Logger;
  /** Told that a write left it open what there is. */
  readonly onUncertain: () => void;
}

/** Runs keys of one controller, and remembers of each what policy needs. */
export class KeyRunner {
  readonly #options: KeyRunnerOptions;
  readonly #histories = new Map<string, RunHistory>();
  /** Keys of which it was left open what there is, and the step that did: reads are live until a Run gets past that step. */
  readonly #doubts = new Map<string, string>();
  /** What keys wait for, as it was logged. */
  readonly #waits = new Map<string, string>();

  /** @param options What it works with. */
  constructor(options: KeyRunnerOptions) {
    this.#options = options;
  }

  /** One Run of one key. Never throws. */
  async run({ key, reason, waited }: Taken): Promise<Next> {
    const { controller, transport, metrics, log: controllerLog } = this.#options;
    const { clock } = transport;
    const start = clock.monotonic();
    const run = randomId(transport.random);
    const trace = RunTrace.begin({ controller: controller.name, run, key, trigger: reason, waited });
    let uncertain = false;
    const parts: RunParts = {
      transport: trace ? { ...transport, around: (facts, send) => trace.request(facts, send) } : transport,
      observer: observeRun({ metrics, trace, now: () => clock.monotonic() }),
      log: withFields(controllerLog, { key, run, ...(trace && { trace: trace.span.traceId }) }),
      onUncertain: () => uncertain = true,
    };
    const ended = await (trace ? trace.span.within(() => this.#runObject(key, parts)) : this.#runObject(key, parts));
    if (ended === undefined) {
      trace?.end("Gone");
      return this.#forget(key);
    }
    const { object, result, names } = ended;
    this.#keepDoubt(key, result, names, uncertain);
    const next = this.#decide(key, result, parts.log);
    const nextIn = next.type === "wait" ? undefined : next.type === "now" ? 0 : next.delay;
    const duration = clock.monotonic() - start;
    trace?.end(result.outcome, stepOf(result), result.outcome === "Failed" ? result.error : undefined);
    metrics.runEnded({ outcome: result.outcome, duration, waited, retried: next.type === "backoff" });
    this.#report({ controller: controller.name, run, key, trigger: reason, waited, duration, result, nextIn }, {
      object,
      log: parts.log,
    });
    return next;
  }

  /** `undefined` when there is no such object any more. */
  async #runObject(key: string, parts: RunParts): Promise<EndedRun | undefined> {
    const { controller, viewOf, observe, signal } = this.#options;
    const { transport, observer, log } = parts;
    const inDoubt = this.#doubts.has(key);
    let seen: KubeObject | undefined;
    try {
      const object = await this.#readObject(parseKey(key), inDoubt, transport);
      if (object === undefined) return undefined;
      seen = object;
      const live = liveReadApi({ transport, owner: object, signal });
      const { clock } = transport;
      const steps = choosePlan(object, controller);
      const result = await executeRun({
        steps,
        object,
        kube: runReads({ object, viewOf, live, observe, liveOnly: inDoubt }),
        runStart: new Date(clock.now()),
        log,
        observer,
        limits: { clock, signal, stepTimeout: controller.stepTimeout },
        performer: (stepSignal) => this.#performerFor(object, stepSignal, parts),
      });
      return { object, result, names: steps.names };
    } catch (error) {
      return { object: seen, result: { outcome: "Failed", error: new StepError(BEFORE_FIRST_STEP, error) }, names: [] };
    }
  }

  async #readObject(ref: ObjectRef, inDoubt: boolean, transport: Transport): Promise<KubeObject | undefined> {
    const { controller: { resource, stepTimeout }, primary, observe, signal } = this.#options;
    const { namespace, name } = ref;
    const cached = primary.get(namespace, name);
    if (!inDoubt) return cached;
    const deadline = new Deadline(BEFORE_FIRST_STEP, { clock: transport.clock, signal, stepTimeout });
    const live = liveReadApi({ transport, signal: deadline.signal });
    const found = await deadline.race(live.get(resource, name, namespace === undefined ? {} : { namespace }));
    observe(resource, found ? { object: found } : { gone: ref, uid: cached?.metadata.uid });
    // By the cache's word: what a label selector leaves out is none of this controller's business.
    return primary.get(ref.namespace, ref.name);
  }

  /** A Run that ends before the step in doubt, or fails in it, has settled nothing. */
  #keepDoubt(key: string, result: RunResult, names: readonly string[], uncertain: boolean): void {
    const doubt = this.#doubts.get(key);
    if (uncertain) this.#doubts.set(key, stepOf(result) ?? "");
    else if (doubt !== undefined && isPast(result, doubt, names)) this.#doubts.delete(key);
  }

  #performerFor(
    object: KubeObject,
    signal: AbortSignal,
    { transport, onUncertain }: RunParts,
  ): ReturnType<typeof createPerformer> {
    const { controller, viewOf, onWrite } = this.#options;
    return createPerformer({
      transport,
      fieldManager: controller.name,
      owner: { kind: controller.resource, object },
      owns: controller.owns.map(({ kind }) => kind),
      allowed: controller.allowed,
      signal,
      onWrite: (result) => {
        if (result.type === "uncertain") onUncertain();
        else onWrite(result);
      },
      knownVersion: (kind, { namespace, name }) => {
        const view = viewOf(kind);
        return view?.covers(namespace) ? view.get(namespace, name)?.metadata.resourceVersion : undefined;
      },
    });
  }

  #decide(key: string, result: RunResult, log: Logger): Next {
    const { controller: { backoff, requeueEvery }, transport: { random } } = this.#options;
    const before = this.#histories.get(key) ?? NO_HISTORY;
    const { next, history } = decideNext(result, before, { backoff, requeueEvery, random });
    if (history === NO_HISTORY) this.#histories.delete(key);
    else this.#histories.set(key, history);
    if (history.modified === MODIFIED_IN_A_ROW && before.modified < MODIFIED_IN_A_ROW) {
      const { modified: changes } = history;
      log.warn("changed again and again without coming to rest; slowing down. Do two steps undo each other?", {
        step: stepOf(result),
        changes,
      });
    }
    return next;
  }

  #report(report: RunReport, { object, log }: { object: KubeObject | undefined; log: Logger }): void {
    const { key, result } = report;
    const wait = waitOf(result);
    const isRepeated = wait !== undefined && this.#waits.get(key) === wait;
    logRun(report, isRepeated, log);
    if (object && !isRepeated) this.#options.tellEvent?.(result, object);
    if (wait === undefined) this.#waits.delete(key);
    else this.#waits.set(key, wait);
    try {
      this.#options.controller.onRun?.(report);
    } catch (error) {
      log.error("onRun threw", { step: stepOf(result), error: String(error) });
    }
  }

  #forget(key: string): Next {
    this.#histories.delete(key);
    this.#doubts.delete(key);
    this.#waits.delete(key);
    return { type: "wait" };
  }
}

/** The object of a Run as far as it was read, how the Run ended, and the names of the steps that it walked. */
interface EndedRun {
  readonly object: KubeObject | undefined;
  readonly result: RunResult;
  readonly names: readonly string[];
}

/** Whether a Run has done with a step: got past it, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  // A branch of a join is named after it.
  const place = (name: string) => names.findIndex((one) => name === one || name.startsWith(`${one}/`));
  return place(ended) > place(step) || (result.outcome === "Modified" && place(ended) === place(step));
}
