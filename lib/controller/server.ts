/** Running controllers: what they share, and the order in which everything stops. */

import type { ClusterClient, Transport } from "../kube/mod.ts";
import { messageOf } from "../steps/mod.ts";
import { sleep } from "../time/mod.ts";
import { type HttpServer, type HttpState, urlOf } from "../http/mod.ts";
import type { Metrics } from "../telemetry/mod.ts";
import { InformerSet } from "../watch/mod.ts";
import type { Controller } from "./controller.ts";
import { Engine } from "./engine.ts";
import { EventTelling, foreignLog, livenessOf, Mishaps, onUncaught, readinessOf, watchLog } from "./reporting/mod.ts";
import { KeyLocks } from "./key/mod.ts";
import { SharedMeasures } from "./measuring.ts";
import type { ResolvedController, ResolvedServe } from "./options/mod.ts";
import { onTerminationSignals } from "./signals.ts";

/** How long Runs may take to end after their signals are aborted, in milliseconds; then they are abandoned. */
const GRACE_AFTER_ABORT = 2_000;

/** How long pending Events may be written at a shutdown, in milliseconds. */
const EVENTS_AFTER_RUNS = 2_000;

/** The abort reason for Runs that a shutdown does not wait for. */
export class ShutdownError extends Error {
  /** The error's name. */
  override readonly name = "ShutdownError";
}

/** What a server is given by its caller. */
export interface Surroundings {
  readonly client: ClusterClient;
  readonly metrics: Metrics;
  /** The HTTP server, already listening; `undefined` if there is none. */
  readonly http: HttpServer | undefined;
  /** Called when everything has stopped. */
  readonly release: () => Promise<void>;
}

/** Running controllers. */
export class ControllerServer implements Controller {
  readonly addr: Deno.NetAddr | undefined;
  readonly ready: Promise<void>;
  readonly finished: Promise<void>;
  readonly #options: ResolvedServe;
  readonly #engines: readonly Engine[];
  readonly #informers: InformerSet;
  readonly #events: EventTelling | undefined;
  readonly #watching = new AbortController();
  readonly #running = new AbortController();
  readonly #stopping = Promise.withResolvers<void>();
  readonly #mishaps: Mishaps;
  #isStopping = false;
  #failure: string | undefined;

  /**
   * Begins to work.
   *
   * @param options What to serve.
   * @param surroundings What to serve it with.
   */
  constructor(options: ResolvedServe, { client, metrics, http, release }: Surroundings) {
    const { clock, random, logger, controllers } = options;
    const mishaps = new Mishaps(logger, metrics, clock);
    const measures = new SharedMeasures(metrics, mishaps);
    this.#mishaps = mishaps;
    const transport: Transport = { client, clock, random, onRequest: measures.onRequest };
    const logState = watchLog(logger, clock);
    const logForeign = foreignLog(logger, controllers);
    this.addr = http?.addr;
    this.#options = options;
    this.#informers = new InformerSet({
      client,
      clock,
      random,
      onRequest: measures.onWatchRequest,
      onState: (state, informer) => {
        logState(state, informer);
        logForeign(state, informer);
        measures.onState(state, informer);
      },
      onError: (error) => mishaps.tell("watch", messageOf(error), error),
    });
    this.#events = options.events ? new EventTelling(transport, logger) : undefined;
    const shared = {
      transport,
      informers: this.#informers,
      runSignal: this.#running.signal,
      events: this.#events,
      metrics,
      traces: options.traces,
      logger,
      mishaps,
    };
    const locks = new KeyLocks();
    this.#engines = controllers.map((controller) =>
      new Engine(controller, { ...shared, locks: isAlone(controller, controllers) ? undefined : locks })
    );
    measures.begin(controllers, this.#informers);
    this.finished = this.#serve().finally(release);
    // After this line, signals are handled.
    logger.info("serving", {
      controllers: controllers.map(({ name }) => name).join(","),
      server: client.server,
      http: http && urlOf(http.addr),
      cluster: client.source,
      transport: client.transport,
    });
    this.ready = this.#becomeReady();
    // Callers that await either promise still get the rejection; others must not be hit by it.
    this.ready.catch(() => {});
    this.finished.catch(() => {});
  }

  /** The Runs under way: a text for each controller that has any. */
  get runsUnderWay(): readonly string[] {
    return this.#engines.flatMap((engine) => engine.runsUnderWay ?? []);
  }

  /** The state that the probes report. */
  get health(): Pick<HttpState, "readiness" | "liveness"> {
    return {
      readiness: () => readinessOf(this.#informers.informers, this.#isStopping),
      liveness: () => livenessOf(this.#engines.map((engine) => engine.health), this.#failure),
    };
  }

  /** Stops; see {@link Controller.shutdown}. If something made it impossible to go on, `finished` reports it, not this. */
  async shutdown(): Promise<void> {
    this.#beginStop();
    await this.finished.catch(() => {});
  }

  /** As `shutdown`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Rejects if a kind cannot be listed; `finished` then knows whether an error or a shutdown was the reason. */
  async #becomeReady(): Promise<void> {
    try {
      await Promise.all(this.#engines.map((engine) => engine.synced()));
    } catch (cause) {
      await this.finished;
      throw new ShutdownError("Cannot become ready as the controller was shut down", { cause });
    }
  }

  /** Works until told to stop, or until a watch cannot go on; then stops in order. */
  async #serve(): Promise<void> {
    const { signal, handleSignals, handleUncaught, logger } = this.#options;
    const stop = () => this.#beginStop();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    using _signals = handleSignals ? onTerminationSignals(stop, logger) : undefined;
    const underWay = () => this.#underWay();
    using _uncaught = handleUncaught ? onUncaught(this.#mishaps, underWay) : undefined;
    const working = Promise.all(this.#engines.map((engine) => engine.work()));
    try {
      this.#informers.start(this.#watching.signal);
      await Promise.race([
        this.#stopping.promise,
        this.#informers.finished,
        working.then(() => this.#stopping.promise),
      ]);
    } catch (error) {
      this.#failure = messageOf(error);
      logger.error("cannot go on", { error: this.#failure });
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      await this.#stop(working);
    }
  }

  /** No Run begins from this moment on. The rest of the shutdown takes time. */
  #beginStop(): void {
    this.#isStopping = true;
    for (const engine of this.#engines) engine.close();
    this.#stopping.resolve();
  }

  /** Stops everything in order. */
  async #stop(working: Promise<unknown>): Promise<void> {
    const { logger, shutdownTimeout } = this.#options;
    this.#beginStop();
    logger.info("shutting down", { runs: this.#underWay().length });
    if (!await this.#settlesWithin(working, shutdownTimeout)) {
      logger.warn("aborting Runs that take too long", { keys: this.#underWay().join(",") });
      this.#running.abort(new ShutdownError("the controller is shutting down"));
      if (!await this.#settlesWithin(working, GRACE_AFTER_ABORT)) {
        logger.error("giving up on Runs that do not end", { keys: this.#underWay().join(",") });
      }
    }
    // Last, so that Runs under way still see their own writes.
    this.#watching.abort();
    await this.#informers.finished.catch(() => {});
    await this.#events?.close(EVENTS_AFTER_RUNS);
    logger.info("stopped");
    logger.flush?.();
  }

  async #settlesWithin(working: Promise<unknown>, milliseconds: number): Promise<boolean> {
    const over = new AbortController();
    const timeout = sleep(this.#options.clock, milliseconds, over.signal).then(() => false, () => true);
    try {
      return await Promise.race([working.then(() => true, () => true), timeout]);
    } finally {
      over.abort();
    }
  }

  #underWay(): readonly string[] {
    return this.#engines.flatMap((engine) => engine.underWay);
  }
}

/** Whether no other controller has the same resource. */
function isAlone({ resource: { group, plural } }: ResolvedController, all: readonly ResolvedController[]): boolean {
  return all.filter(({ resource }) => resource.group === group && resource.plural === plural).length === 1;
}
