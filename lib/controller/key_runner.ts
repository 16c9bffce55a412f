/** Runs one key: the object as the cache has it, the plan for it, the Run, and when it is run next. */

import { createPerformer, liveReadApi, type Transport, type WriteResult } from "../kube/mod.ts";
import { type KubeObject, type ObjectRef, parseKey, type ResourceKind } from "../model/mod.ts";
import type { Next, Taken } from "../queue/mod.ts";
import { decideNext, executeRun, MODIFIED_IN_A_ROW, NO_HISTORY, type RunHistory, type RunResult } from "../run/mod.ts";
import { StepError } from "../steps/mod.ts";
import { type Logger, withFields } from "../telemetry/mod.ts";
import type { CachedKind, LiveRead } from "../watch/mod.ts";
import { choosePlan } from "./finalizing.ts";
import { runReads } from "./reads.ts";
import { logRun, type RunReport, waitOf } from "./report.ts";
import type { ResolvedController } from "./resolve.ts";

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
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Runs keys of one controller, and remembers of each what policy needs. */
export class KeyRunner {
  readonly #options: KeyRunnerOptions;
  readonly #histories = new Map<string, RunHistory>();
  /** Keys whose last Run left it open what there is: the next one reads from the API server. */
  readonly #doubtful = new Set<string>();
  /** What keys wait for, as it was logged. */
  readonly #waits = new Map<string, string>();

  /** @param options What it works with. */
  constructor(options: KeyRunnerOptions) {
    this.#options = options;
  }

  /** One Run of one key. Never throws. */
  async run({ key, reason, waited }: Taken): Promise<Next> {
    const { controller, transport: { clock, random }, log: controllerLog } = this.#options;
    const start = clock.monotonic();
    const id = runId(random.next());
    const log = withFields(controllerLog, { key, run: id });
    const inDoubt = this.#doubtful.has(key);
    const result = await this.#runObject(key, inDoubt, log);
    if (result === undefined) return this.#forget(key);
    if (result.outcome === "Failed" && inDoubt) this.#doubtful.add(key);
    const next = this.#decide(key, result, log);
    const nextIn = next.type === "wait" ? undefined : next.type === "now" ? 0 : next.delay;
    const duration = clock.monotonic() - start;
    this.#report({ controller: controller.name, run: id, key, trigger: reason, waited, duration, result, nextIn }, log);
    return next;
  }

  /** `undefined` when there is no such object any more. */
  async #runObject(key: string, inDoubt: boolean, log: Logger): Promise<RunResult | undefined> {
    const { controller, transport, viewOf, observe, signal } = this.#options;
    try {
      const object = await this.#readObject(parseKey(key), inDoubt);
      this.#doubtful.delete(key);
      if (object === undefined) return undefined;
      const live = liveReadApi({ transport, owner: object, signal });
      const { clock } = transport;
      return await executeRun({
        steps: choosePlan(object, controller),
        object,
        kube: runReads({ object, viewOf, live, observe, liveOnly: inDoubt }),
        runStart: new Date(clock.now()),
        log,
        limits: { clock, signal, stepTimeout: controller.stepTimeout },
        performer: (stepSignal) => this.#performerFor(key, object, stepSignal),
      });
    } catch (error) {
      return { outcome: "Failed", error: new StepError("(before the first step)", error) };
    }
  }

  async #readObject(ref: ObjectRef, inDoubt: boolean): Promise<KubeObject | undefined> {
    const { controller: { resource }, transport, primary, observe, signal } = this.#options;
    const cached = primary.get(ref.namespace, ref.name);
    if (!inDoubt) return cached;
    const live = liveReadApi({ transport, signal });
    const found = await live.get(resource, ref.name, ref.namespace === undefined ? {} : { namespace: ref.namespace });
    observe(resource, found ? { object: found } : { gone: ref, uid: cached?.metadata.uid });
    // By the cache's word: what a label selector leaves out is none of this controller's business.
    return primary.get(ref.namespace, ref.name);
  }

  #performerFor(key: string, object: KubeObject, signal: AbortSignal): ReturnType<typeof createPerformer> {
    const { controller, transport, viewOf, onWrite } = this.#options;
    return createPerformer({
      transport,
      fieldManager: controller.name,
      owner: { kind: controller.resource, object },
      owns: controller.owns.map(({ kind }) => kind),
      allowed: controller.allowed,
      signal,
      onWrite: (result) => {
        if (result.type === "uncertain") this.#doubtful.add(key);
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
      log.warn(
        "changed again and again without coming to rest; slowing down. Do two steps, or two writers, undo each other?",
        {
          changes: history.modified,
        },
      );
    }
    return next;
  }

  #report(report: RunReport, log: Logger): void {
    const { key, result } = report;
    const wait = waitOf(result);
    logRun(report, wait !== undefined && this.#waits.get(key) === wait, log);
    if (wait === undefined) this.#waits.delete(key);
    else this.#waits.set(key, wait);
    try {
      this.#options.controller.onRun?.(report);
    } catch (error) {
      log.error("onRun threw", { error: String(error) });
    }
  }

  #forget(key: string): Next {
    this.#histories.delete(key);
    this.#doubtful.delete(key);
    this.#waits.delete(key);
    return { type: "wait" };
  }
}

/** Eight hexadecimal digits. */
function runId(random: number): string {
  return Math.floor(random * 2 ** 32).toString(16).padStart(8, "0");
}
