/** Runs steps once by hand, without a controller. */

import { type ClusterClient, createPerformer, type DeclaredWrite, liveReadApi, type Transport } from "../kube/mod.ts";
import { keyOf, type KubeObject, type ResourceKind } from "../model/mod.ts";
import type { Steps } from "../steps/mod.ts";
import { carefulLogger, type Logger, RunObserver, RunTrace, silentLogger } from "../telemetry/mod.ts";
import { type Clock, type Duration, type Random, systemClock, systemRandom, toMilliseconds } from "../time/mod.ts";
import { Deadlines } from "./deadlines.ts";
import { type RunResult, stepOf } from "./result.ts";
import { executeRun } from "./run.ts";

/** Options of {@link runSteps}. */
export interface RunStepsOptions<R extends KubeObject> {
  /** The steps. */
  steps: Steps<R>;
  /** The object that the Run is about, as read from the cluster. */
  object: R;
  /** The client of the cluster. */
  client: ClusterClient;
  /**
   * Kinds that the steps may write, and whose objects get the Run's object as their controller owner.
   * @default {[]}
   */
  owns?: readonly ResourceKind[];
  /**
   * Other kinds that the steps may write.
   * @default {[]}
   */
  writes?: readonly DeclaredWrite[];
  /**
   * The field manager of the writes.
   * @default {"staircase"}
   */
  fieldManager?: string;
  /**
   * The time limit of each step.
   * @default {"1m"}
   */
  stepTimeout?: Duration;
  /** Ends the Run early. The result is then `Failed`. */
  signal?: AbortSignal;
  /**
   * The logger.
   * @default {silentLogger}
   */
  logger?: Logger;
  /**
   * The clock.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * The source of random numbers.
   * @default {systemRandom}
   */
  random?: Random;
}

/**
 * Runs steps once for one object, by hand: for scripts, and to try out a plan. All reads go to the API server. Otherwise it is
 * the same Run that a controller makes, but the caller decides when to run again. With tracing, its span is a child of the
 * active span.
 *
 * @returns How the Run ended; a failure is a result, too.
 * @throws {RangeError} If `stepTimeout` is not a duration.
 * @throws {TypeError} If the object has no name.
 *
 * @example Usage
 * ```ts
 * import { create, defineSteps, runSteps } from "@staircase/operator";
 * import { ConfigMap, Namespace } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using cluster = new EmbeddedCluster();
 * const object = await cluster.waitFor(Namespace, "default", () => true);
 * const steps = defineSteps(Namespace)
 *   .observe("find the settings", ({ kube }) => kube.get(ConfigMap, "settings", { namespace: "default" }))
 *   .change("create the settings", (_, found) =>
 *     found ?? create(ConfigMap, { metadata: { name: "settings", namespace: "default" } }));
 *
 * const run = () => runSteps({ steps, object, client: cluster, writes: [{ kind: ConfigMap, verbs: ["create"] }] });
 * assertEquals((await run()).outcome, "Modified");
 * assertEquals((await run()).outcome, "NoOp");
 * ```
 */
export async function runSteps<R extends KubeObject>(options: RunStepsOptions<R>): Promise<RunResult> {
  const { steps, object, client, owns = [], writes = [], fieldManager = "staircase", stepTimeout = "1m" } = options;
  const { signal = new AbortController().signal, logger = silentLogger } = options;
  const { clock = systemClock, random = systemRandom } = options;
  const log = logger === silentLogger ? logger : carefulLogger(logger);
  const transport: Transport = { client, clock, random };
  const owner = { kind: steps.kind, object };
  const allowed = [...[steps.kind, ...owns].map((kind) => ({ kind })), ...writes];
  using deadlines = new Deadlines({ clock, signal, stepTimeout: toMilliseconds(stepTimeout, "stepTimeout") });
  if (!object?.metadata?.name) {
    throw new TypeError("Cannot run steps as object must be one that was read: it has no metadata.name");
  }
  const run = (transport: Transport, trace?: RunTrace) =>
    executeRun({
      steps,
      object,
      observer: trace && new RunObserver({ trace, now: () => clock.monotonic(), onError: () => {} }),
      kube: liveReadApi({ transport, owner: object, signal }),
      runStart: new Date(clock.now()),
      fieldManager,
      log: () => log,
      deadlines,
      performer: (signal) => createPerformer({ transport, fieldManager, owner, owns, allowed, signal }),
    });
  const trace = RunTrace.beginByHand(fieldManager, keyOf(object), clock);
  if (!trace) return await run(transport);
  const around: Transport["around"] = (facts, send) => trace.request(facts, send);
  const result = await trace.within(() => run({ ...transport, around }, trace));
  const { outcome } = result;
  trace.end({ outcome, step: stepOf(result), error: outcome === "Failed" ? result.error : undefined });
  return result;
}
