/** The harness of an operator's tests: an embedded cluster, controllers at work on it, and time that passes when told to. */

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
import { RequestLog } from "./request_log.ts";
import { outcomeOf } from "./run_outcome.ts";
import { seededRandom } from "./seeded_random.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** How a {@link TestHarness} is set up. */
export interface TestHarnessOptions extends Pick<EmbeddedClusterOptions, "namespaces" | "historySize"> {
  /**
   * The controllers under test, made by `defineController`. The kinds of one's own that they name are installed.
   * @default {[]}
   */
  controllers?: readonly ControllerDefinition[];
  /**
   * Other kinds of one's own that are to be installed.
   * @default {[]}
   */
  kinds?: readonly DefinedResource[];
  /**
   * What is there before the controllers begin: `create(Kind, object)`, and `apply`.
   * @default {[]}
   */
  given?: readonly Change[];
  /**
   * How long Deployments take to become ready; nobody makes them ready when it is left out.
   * @default {never}
   */
  deploymentsReadyAfter?: Duration;
  /**
   * Seed of all chance: jitter, UIDs, generated names.
   * @default {7}
   */
  seed?: number;
  /**
   * What the clock reads at the start, in milliseconds since the Unix epoch.
   * @default {1704067200000} (2024-01-01T00:00:00Z)
   */
  start?: number;
  /**
   * How long a step is waited for that does what takes real time, such as `fetch`, in real milliseconds. With 0, virtual time
   * passes whatever is under way, so that a step that hangs comes to its time-out.
   * @default {5000}
   */
  patience?: number;
  /**
   * Where the controllers' log goes.
   * @default {silentLogger}
   */
  logger?: Logger;
  /** More of the options of `serveController`. */
  serve?: Omit<ServeOptions, "client" | "clock" | "random" | "logger">;
}

/** How long {@link TestHarness.untilRest} goes on, in virtual time. */
export interface UntilRestOptions {
  /**
   * How long no Run may bring anything new for all to be at rest. What an object waits for beyond that is rest.
   * @default {"1m"}
   */
  quiet?: Duration;
  /**
   * How long it may take.
   * @default {"1h"}
   */
  within?: Duration;
}

/** How long {@link TestHarness.nextRun} goes on, in virtual time. */
export interface NextRunOptions {
  /**
   * How long it may take.
   * @default {"1h"}
   */
  within?: Duration;
}

/** How much virtual time a controller may take to begin or to end, in milliseconds. */
const LONGEST = 600_000;

/** Who the controllers are to the cluster. */
const OPERATOR = "operator";

/**
 * An embedded cluster in virtual time, and controllers at work on it. Made by {@link testHarness}.
 *
 * Time passes only in what is awaited here: `advance`, `untilRest`, `nextRun`, and the methods of `cluster`. A history is the
 * same each time. Real I/O in a step is waited for, up to `patience`; then the error says which step it is.
 */
export class TestHarness implements AsyncDisposable {
  /** The clock of cluster and controllers. */
  readonly clock: VirtualClock;
  /** The source of all chance. */
  readonly random: Random;
  /** The cluster, as a user's typed client. */
  readonly cluster: EmbeddedCluster;
  /** The Runs so far, in the order in which they ended. */
  readonly runs: RunReport[] = [];
  /** What the controllers have asked the cluster for so far, watches included. */
  readonly requests: RequestLog = new RequestLog();
  readonly #options: TestHarnessOptions;
  readonly #serving: Controller[] = [];
  readonly #resources = new AsyncDisposableStack();
  /** The last Run of each object, and when it ended, the latest last. */
  readonly #last = new Map<string, { report: RunReport; at: number }>();
  #runs = 0;
  /** When a Run last ended with something new. */
  #lastNewsAt = 0;
  /** How many of `runs` have been handed out, or passed over. */
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
    // What Runs really do is waited for. At the end it is not: then they are to be ended.
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

  /** Installs kinds, as an administrator does; one that is there already is left as it is. */
  async install(...kinds: readonly DefinedResource[]): Promise<void> {
    const { cluster, clock, random } = this;
    for (const kind of kinds) {
      await this.#settled(installCrd(cluster, kind, { clock, random }), `${kind.kind} is served`);
    }
  }

  /** Serves controllers, besides those that are served: installs their kinds, and resolves once all is listed. */
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

  /** Ends all controllers, as at the end of a process. Runs under way may finish within `shutdownTimeout`. */
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
   * Lets time pass until all is at rest: for a minute no Run has brought anything new, and no object's last Run has failed and is
   * to be tried again. A Run that waits for what the one before it waited for, or has nothing to do either, brings nothing new.
   *
   * @throws {Error} If that does not come about; it says which objects are not at rest.
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
   * The Runs as they come, one each time it is called: the next one that has not been handed out or passed over, and as wanted.
   * Time passes only when there is none yet.
   *
   * @param isIt Whether it is as wanted; those before it are passed over.
   * @param options How long.
   * @returns What is told of the Run.
   * @throws {Error} If none comes in time.
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

  /** How the Runs of an object ended so far, or those of all: `create Secret default/a`, `NoOp`, `Stopped: …`, `Failed: …`. */
  outcomes(key?: string): string[] {
    return this.runs.filter((report) => key === undefined || report.key === key).map(outcomeOf);
  }

  /** What the controllers have written so far, or tried to, with the answers: `create secrets a 201`, `patch foos/status a 200`. */
  written(): string[] {
    return this.requests.writes().map(({ verb, resource, subresource, name, code }) =>
      [verb, subresource ? `${resource}/${subresource}` : resource, name, code].filter(Boolean).join(" ")
    );
  }

  /** Forgets the Runs and requests so far. */
  forget(): void {
    this.runs.length = 0;
    this.#handedOut = 0;
    this.requests.clear();
  }

  /** Ends the controllers, and the cluster. */
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

  /** What is created is what a user would: nobody's. */
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

  /** A kind that nobody serves would be waited for without end: a controller takes it for one that is installed later. */
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

  /** The objects that are to be tried again: of one that is gone by now, the time of that has come and nothing has happened. */
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
 * Starts a harness for the tests of an operator: an embedded cluster with the kinds installed, the controllers at work, a clock
 * that moves when told.
 *
 * @param options What is tested, and what is there.
 * @returns The harness; `await using` ends it.
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

/** Whether a Run tells of more than that all is as it was. */
function isNews(report: RunReport, before: RunReport | undefined): boolean {
  const { outcome } = report.result;
  return before === undefined || outcome === "Modified" || outcome === "Failed" ||
    outcomeOf(report) !== outcomeOf(before);
}

/** An object, without the name of its controller, and how its Run ended. */
function toldOf(object: string, report: RunReport): string {
  return `${object.slice(report.controller.length + 1)}: ${outcomeOf(report)}`;
}

/** The kinds that a controller names. */
function kindsOf(definition: ControllerDefinition): ResourceKind[] {
  const { resource, owns = [], watches = [], writes = [] } = definition as ControllerOptions<KubeObject>;
  const kinds = [...owns, ...watches, ...writes].map((entry) => "plural" in entry ? entry : entry.kind);
  return [resource, ...kinds];
}

function isOwnKind(kind: ResourceKind): kind is DefinedResource {
  return "crd" in kind;
}
