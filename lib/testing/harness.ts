/** The harness for tests of operators: an embedded cluster, controllers that run on it, and a clock that moves on request. */

import {
  type Controller,
  type ControllerDefinition,
  type ControllerOptions,
  type RunReport,
  runsUnderWay,
  serveController,
  type ServeOptions,
} from "../controller/mod.ts";
import { type DefinedResource, installCrd } from "../kube/mod.ts";
import type { Draft, KubeObject, ResourceKind } from "../model/mod.ts";
import type { Change } from "../steps/mod.ts";
import { type Logger, silentLogger } from "../telemetry/mod.ts";
import { type Duration, formatDuration, type Random, toMilliseconds } from "../time/mod.ts";
import { deploymentStandIn } from "./deployment_stand_in.ts";
import { EmbeddedCluster, type EmbeddedClusterOptions } from "./embedded_cluster.ts";
import { describeRecord, RequestLog } from "./request_log.ts";
import { outcomeOf } from "./run_outcome.ts";
import { seededRandom } from "./seeded_random.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** Options of a {@link TestHarness}. */
export interface TestHarnessOptions extends Pick<EmbeddedClusterOptions, "namespaces" | "historySize"> {
  /**
   * The controllers under test, made by `defineController`. The kinds that they name and that `defineResource` made are
   * installed.
   * @default {[]}
   */
  controllers?: readonly ControllerDefinition[];
  /**
   * Other kinds to install.
   * @default {[]}
   */
  kinds?: readonly DefinedResource[];
  /**
   * Objects that exist before the controllers start: `create(Kind, object)` or `apply(Kind, object)`.
   * @default {[]}
   */
  given?: readonly Change[];
  /**
   * How long Deployments take to become ready. Without it they never do.
   * @default {never}
   */
  deploymentsReadyAfter?: Duration;
  /**
   * The seed of all random numbers: jitter, UIDs, generated names.
   * @default {7}
   */
  seed?: number;
  /**
   * The time at the start, in milliseconds since the Unix epoch.
   * @default {1704067200000} (2024-01-01T00:00:00Z)
   */
  start?: number;
  /**
   * How long to wait for real work in a step, such as a `fetch`, in real milliseconds. With 0, virtual time passes during such
   * work, so that a step that hangs reaches its timeout.
   * @default {5000}
   */
  patience?: number;
  /**
   * The logger of the controllers.
   * @default {silentLogger}
   */
  logger?: Logger;
  /** Further options of `serveController`. */
  serve?: Omit<ServeOptions, "client" | "clock" | "random" | "logger">;
}

/** Options of {@link TestHarness.untilRest}, in virtual time. */
export interface UntilRestOptions {
  /**
   * Everything is at rest when no Run has brought anything new for this long. Longer waits of objects count as rest.
   * @default {"1m"}
   */
  quiet?: Duration;
  /**
   * The time limit.
   * @default {"1h"}
   */
  within?: Duration;
}

/** Options of {@link TestHarness.nextRun}, in virtual time. */
export interface NextRunOptions {
  /**
   * The time limit.
   * @default {"1h"}
   */
  within?: Duration;
}

/** The virtual time that a controller may take to start or stop, in milliseconds. */
const LONGEST = 600_000;

/** The user name of the controllers. */
const OPERATOR = "operator";

/**
 * An embedded cluster in virtual time, with controllers that run on it. Made by {@link testHarness}.
 *
 * Time passes only while a test awaits `advance`, `untilRest`, `nextRun` or a method of `cluster`. The history is the same each
 * time. Real I/O in a step is awaited up to `patience`; then an error names the step.
 */
export class TestHarness implements AsyncDisposable {
  /** The clock of cluster and controllers. */
  readonly clock: VirtualClock;
  /** The source of all random numbers. */
  readonly random: Random;
  /** The cluster, as the typed client of a user. */
  readonly cluster: EmbeddedCluster;
  /** All Runs, in the order in which they ended. */
  readonly runs: RunReport[] = [];
  /** All requests of the controllers, watches included. */
  readonly requests: RequestLog = new RequestLog();
  readonly #options: TestHarnessOptions;
  readonly #serving: Controller[] = [];
  readonly #resources = new AsyncDisposableStack();
  /** The last Run of each object, and when it ended; the most recent last. */
  readonly #last = new Map<string, { report: RunReport; at: number }>();
  #runs = 0;
  /** When a Run last ended with something new. */
  #lastNewsAt = 0;
  /** How many of `runs` were returned by `nextRun`, or skipped. */
  #handedOut = 0;

  private constructor(options: TestHarnessOptions) {
    const { start, patience, seed = 7, namespaces = [], historySize, deploymentsReadyAfter } = options;
    const clock = new VirtualClock({
      ...(start !== undefined && { start }),
      ...(patience !== undefined && { patience }),
    });
    const random = seededRandom(seed);
    this.#options = options;
    this.clock = clock;
    this.random = random;
    this.cluster = new EmbeddedCluster({
      ...{ clock, random, namespaces },
      ...(historySize !== undefined && { historySize }),
    });
    this.cluster.onRequest((record) => record.user === OPERATOR && this.requests.listener(record));
    // Real work of Runs is awaited, except during a shutdown, which is to end them.
    clock.waitsFor(() => ({ what: this.#serving.flatMap(runsUnderWay), ended: this.#runs }));
    this.#resources.use(this.cluster);
    if (deploymentsReadyAfter === undefined) return;
    const readyAfter = toMilliseconds(deploymentsReadyAfter, "deploymentsReadyAfter");
    this.#resources.use(deploymentStandIn(this.cluster, { clock, readyAfter }));
  }

  /** See {@link testHarness}. */
  static async start(options: TestHarnessOptions): Promise<TestHarness> {
    const { controllers = [], kinds = [], given = [] } = options;
    const harness = new TestHarness(options);
    try {
      await harness.install(...kinds);
      for (const change of given) await harness.#give(change);
      await harness.serve(...controllers);
    } catch (error) {
      await harness[Symbol.asyncDispose]();
      throw error;
    }
    return harness;
  }

  /** Installs kinds, as an administrator does. Kinds that exist already are left unchanged. */
  async install(...kinds: readonly DefinedResource[]): Promise<void> {
    const { cluster, clock, random } = this;
    for (const kind of kinds) {
      await this.#settled(installCrd(cluster, kind, { clock, random }), `${kind.kind} is served`);
    }
  }

  /** Starts further controllers: installs their kinds, and resolves when everything is listed. */
  async serve(...controllers: readonly ControllerDefinition[]): Promise<void> {
    if (controllers.length === 0) return;
    const kinds = controllers.flatMap(kindsOf);
    await this.install(...kinds.filter(isOwnKind));
    for (const kind of kinds) await this.#assertServed(kind);
    const { clock, random, cluster } = this;
    const { logger = silentLogger, serve } = this.#options;
    const controller = await serveController({
      ...{ handleSignals: false, handleUncaught: false, ...serve, logger, clock, random },
      client: cluster.client(OPERATOR),
      controllers: controllers.map((one) => ({ ...one, onRun: (report: RunReport) => this.#take(report, one) })),
    });
    this.#serving.push(controller);
    await this.#settled(controller.ready, "the controllers are ready");
  }

  /** Stops all controllers, as at the end of a process. Runs under way may finish within `shutdownTimeout`. */
  async stop(): Promise<void> {
    const ending = this.#serving.splice(0).map((controller) => controller.shutdown());
    await this.#settled(Promise.all(ending), "the controllers end");
    this.#last.clear();
  }

  /** Lets time pass. */
  async advance(time: Duration): Promise<void> {
    await this.clock.advance(toMilliseconds(time, "time"));
  }

  /**
   * Lets time pass until everything is at rest: for a minute no Run has brought anything new, and no object waits for a
   * retry. A Run brings nothing new if it waits for the same as the previous one, or has nothing to do.
   *
   * @throws {Error} If that takes too long; the error names the objects that are not at rest.
   */
  async untilRest(options: UntilRestOptions = {}): Promise<void> {
    const { clock } = this;
    const quiet = toMilliseconds(options.quiet ?? "1m", "quiet");
    const within = toMilliseconds(options.within ?? "1h", "within");
    const begin = clock.monotonic();
    await clock.settle();
    for (;;) {
      const left = Math.max(begin, this.#lastNewsAt) + quiet - clock.monotonic();
      if (left <= 0 && this.#failing().length === 0) return;
      const spent = clock.monotonic() - begin;
      if (spent >= within + quiet) throw this.#unrest(within);
      await clock.advance(left > 0 ? left : Math.max(quiet, 1_000));
    }
  }

  /**
   * Returns the next Run that matches, and skips those before it. Each Run is returned at most once. Time passes only if
   * there is no such Run yet.
   *
   * @param isIt Whether a Run matches.
   * @param options The time limit.
   * @returns The report of the Run.
   * @throws {Error} If none comes within the time limit.
   */
  async nextRun(isIt: (report: RunReport) => boolean = () => true, options: NextRunOptions = {}): Promise<RunReport> {
    const within = toMilliseconds(options.within ?? "1h", "within");
    let found: RunReport | undefined;
    const look = (): boolean => {
      while (found === undefined && this.#handedOut < this.runs.length) {
        const report = this.runs[this.#handedOut++]!;
        if (isIt(report)) found = report;
      }
      return found !== undefined;
    };
    await this.clock.advanceUntil(look, { within, what: "a Run ends that is as wanted" });
    return found!;
  }

  /** How the Runs of one object or of all ended: `create Secret default/a`, `NoOp`, `Stopped: …`, `Failed: …`. */
  outcomes(key?: string): string[] {
    return this.runs.filter((report) => key === undefined || report.key === key).map(outcomeOf);
  }

  /** All writes of the controllers, with the status of the answer: `create secrets a 201`, `patch foos/status a 200`. */
  written(): string[] {
    return this.requests.writes().map(describeRecord);
  }

  /** Forgets the Runs and requests so far. */
  forget(): void {
    this.runs.length = 0;
    this.#handedOut = 0;
    this.requests.clear();
  }

  /** Stops the controllers and the cluster. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.#resources.disposeAsync();
    }
  }

  #take(report: RunReport, definition: ControllerDefinition): void {
    this.#runs++;
    this.runs.push(report);
    const at = this.clock.monotonic();
    const object = `${report.controller} ${definition.resource.kind} ${report.key}`;
    if (isNews(report, this.#last.get(object)?.report)) this.#lastNewsAt = at;
    this.#last.delete(object);
    this.#last.set(object, { report, at });
    (definition as ControllerOptions<KubeObject>).onRun?.(report);
  }

  /** Creates an object as a user does: without an owner. */
  async #give({ operation }: Change): Promise<void> {
    if (operation.verb !== "create" && operation.verb !== "apply") {
      throw new TypeError(
        `Cannot begin with what is given as it must be of create or apply: current value is ${operation.verb}`,
      );
    }
    const { kind, object } = operation;
    await this.install(...[kind].filter(isOwnKind));
    await this.cluster[operation.verb](kind as ResourceKind<KubeObject>, object as Draft<KubeObject>);
  }

  /** Without this check, a controller would wait for ever for a kind that is not served: it could be installed later. */
  async #assertServed(kind: ResourceKind): Promise<void> {
    try {
      await this.cluster.list(kind, { namespace: "*" });
    } catch (cause) {
      const what = `${kind.plural} of ${kind.group || "the core group"}`;
      throw new Error(
        `Cannot serve the controllers as the embedded cluster does not serve ${what}: define the kind by defineResource, ` +
          "and give it in kinds",
        { cause },
      );
    }
  }

  async #settled<T>(promise: Promise<T>, what: string): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.clock.advanceUntil(() => isSettled, { within: LONGEST, what });
    await this.clock.settle();
    return await promise;
  }

  /** The objects that wait for a retry. If the time of a retry has passed without a Run, the object is gone. */
  #failing(): string[] {
    const overdue = this.clock.monotonic() - 1_000;
    const failing = [...this.#last].filter(([, { at, report: { result, nextIn } }]) =>
      result.outcome === "Failed" && nextIn !== undefined && at + nextIn >= overdue
    );
    return failing.map(([object, { report }]) => toldOf(object, report));
  }

  #unrest(within: number): Error {
    const last = [...this.#last].at(-1);
    const failing = this.#failing();
    const restless = failing.length > 0 ? failing : last ? [toldOf(last[0], last[1].report)] : [];
    return new Error(
      `Cannot come to rest as Runs go on after ${formatDuration(within)} of virtual time: ${restless.join("; ")}`,
    );
  }
}

/**
 * Starts a harness for tests of an operator: an embedded cluster with the kinds installed, running controllers, and a clock
 * that moves on request.
 *
 * @param options Its options.
 * @returns The harness; `await using` stops it.
 * @throws {OptionsError} If a controller's options are wrong.
 * @throws {ApiError} If the cluster refuses what is given.
 *
 * @example Usage
 * ```ts
 * import { create, defineController, defineResource, defineSteps } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { testHarness } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const Shop = defineResource({
 *   group: "example.dev", version: "v1", kind: "Shop", scope: "Namespaced", spec: z.object({ motto: z.string() }),
 * });
 * const steps = defineSteps(Shop)
 *   .observe("find the sign", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
 *   .change("put up the sign", ({ object: { metadata: { name }, spec } }, sign) =>
 *     sign ?? create(ConfigMap, { metadata: { name }, data: { text: spec.motto } }));
 *
 * await using harness = await testHarness({
 *   controllers: [defineController({ resource: Shop, steps, owns: [ConfigMap] })],
 *   given: [create(Shop, { metadata: { name: "corner" }, spec: { motto: "always" } })],
 * });
 * await harness.untilRest();
 * assertEquals(harness.outcomes("default/corner"), ["create ConfigMap default/corner", "NoOp"]);
 * assertEquals((await harness.cluster.get(ConfigMap, "corner"))?.data, { text: "always" });
 * ```
 */
export async function testHarness(options: TestHarnessOptions = {}): Promise<TestHarness> {
  return await TestHarness.start(options);
}

/** Whether a Run brings anything new. */
function isNews(report: RunReport, before: RunReport | undefined): boolean {
  const { outcome } = report.result;
  return before === undefined || outcome === "Modified" || outcome === "Failed" ||
    outcomeOf(report) !== outcomeOf(before);
}

/** An object without the name of its controller, and how its Run ended. */
function toldOf(object: string, report: RunReport): string {
  return `${object.slice(report.controller.length + 1)}: ${outcomeOf(report)}`;
}

/** All kinds that a controller names. */
function kindsOf(definition: ControllerDefinition): ResourceKind[] {
  const { resource, owns = [], watches = [], writes = [] } = definition as ControllerOptions<KubeObject>;
  const kinds = [...owns, ...watches, ...writes].map((entry) => "plural" in entry ? entry : entry.kind);
  return [resource, ...kinds];
}

function isOwnKind(kind: ResourceKind): kind is DefinedResource {
  return "crd" in kind;
}
