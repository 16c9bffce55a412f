/** The state machine of a watch: one short method for each phase, which makes one request or one read. */

import type { KubeObject } from "../../model/mod.ts";
import { ApiError } from "../../kube/mod.ts";
import { sleep } from "../../time/mod.ts";
import { WatchBackoff } from "./backoff.ts";
import { type OpenWatch, WatchCalls } from "./calls.ts";
import type { WatchChunk } from "../bytes/mod.ts";
import { DoubtedServerError, ShortWatchError, SilentConnectionError } from "../errors.ts";
import { type ListAgain, type Listing, Lists } from "./lists.ts";
import type { ResolvedListWatch } from "./options.ts";
import { type AfterWait, closeIn, type Phase } from "./phase.ts";
import { Position } from "./position.ts";
import type { SetBack } from "./set_back.ts";
import { Standing } from "./standing.ts";
import type { WatchState } from "./state.ts";
import type { WatchBatch, WatchEvent } from "../types.ts";
import { isFatal } from "./verdict.ts";

/**
 * A watch that ends sooner than this, in milliseconds, without any event counts as failed, so that it is not retried in a loop.
 */
const SHORT_WATCH = 1_000;

/** Lists and watches one kind. It works only while {@link next} is awaited. */
export class WatchMachine<T extends KubeObject> {
  readonly #options: ResolvedListWatch<T>;
  readonly #position: Position;
  readonly #standing = new Standing();
  readonly #backoff: WatchBackoff;
  readonly #stop = new AbortController();
  readonly #calls: WatchCalls<T>;
  readonly #lists: Lists<T>;
  readonly #ready: WatchBatch<T>[] = [];
  #phase: Phase<T> = { name: "choosing-list" };
  /** Whether the open watch has brought anything new. */
  #hasProgressed = false;
  /** Ends a backoff early. */
  #hurry = new AbortController();

  constructor(options: ResolvedListWatch<T>) {
    this.#options = options;
    this.#position = new Position(options.pageSize);
    this.#backoff = new WatchBackoff(options.clock, options.random, options.backoff);
    this.#calls = new WatchCalls(options, this.#stop.signal);
    const [calls, position, standing, ready] = [this.#calls, this.#position, this.#standing, this.#ready];
    this.#lists = new Lists({ options, calls, position, standing, ready });
  }

  get stopped(): boolean {
    return this.#phase.name === "stopped";
  }

  /**
   * Waits for the next batch; `undefined` when the watch was stopped.
   *
   * @throws {PermissionError} If Deno's permission for the API server is missing. The watch has then ended.
   */
  async next(): Promise<WatchBatch<T> | undefined> {
    while (!this.stopped) {
      const batch = this.#ready.shift();
      if (batch) return batch;
      try {
        await this.#turn(this.#phase);
      } catch (error) {
        this.#recover(this.#phase, error);
      }
    }
    return undefined;
  }

  stop(reason?: unknown): void {
    if (this.stopped) return;
    this.#enter({ name: "stopped" }, { type: "stopped" });
    this.#stop.abort(reason);
  }

  /**
   * To be called when it was found elsewhere that the server went back in time. The watch interrupts what it does and checks
   * the server's version.
   *
   * @param found What was found.
   * @param isCertain Whether it was found for this kind, so that no check is needed.
   */
  doubt(found: SetBack, isCertain = false): void {
    if (this.stopped || this.#standing.isSetBack) return;
    this.#standing.doubt(found, isCertain);
    this.#position.versionUnavailable();
    this.#calls.cut(new DoubtedServerError());
    this.#hurry.abort();
  }

  /** To be called when a batch could not be put into the cache: everything is listed again after a backoff. */
  relist(error: unknown): void {
    if (this.stopped) return;
    this.#ready.length = 0;
    closeIn(this.#phase, error);
    this.#enterBackingOff(error, "list");
  }

  #turn(phase: Phase<T>): Promise<void> | void {
    switch (phase.name) {
      case "choosing-list":
        return this.#chooseList(phase.cause);
      case "listing":
        return this.#list(phase);
      case "opening-list":
        return this.#lists.openStream(phase.resourceVersion).then((next) => this.#goTo(next));
      case "streaming-list":
        return this.#streamList(phase.open, phase.found, phase.resourceVersion);
      case "connecting":
        return this.#connect();
      case "watching":
        return this.#watch(phase.open);
      case "failing":
        throw phase.error;
      case "backing-off":
        return this.#backOff(phase.delay, phase.next);
    }
  }

  // ---- lists

  #chooseList(cause: unknown): void {
    const { phase, state } = this.#lists.choose(cause);
    this.#enter(phase, state);
  }

  async #list(phase: Listing<T>): Promise<void> {
    const next = await this.#lists.read(phase);
    if (next) this.#goTo(next);
    else this.#enterConnecting();
  }

  async #streamList(open: OpenWatch<T>, found: Map<string, T>, asked: string): Promise<void> {
    const rest = await this.#lists.readStream(open, found, asked);
    if (!rest) return;
    open.connection.tolerate(open.idleLimit);
    this.#startWatching(open);
    this.#hasProgressed = true;
    this.#handOn(rest, open);
  }

  #listAgain(when: ListAgain, error: unknown): void {
    if (when === "at once") this.#goTo({ name: "choosing-list", cause: error });
    else this.#enterBackingOff(error, "list");
  }

  // ---- watches

  async #connect(): Promise<void> {
    const open = await this.#calls.watch(this.#position.resourceVersion);
    if (this.#standing.unsure) await this.#verify(open);
    this.#startWatching(open);
  }

  /**
   * After a failure, checks that the server's version is not before that of the watch. A restored server would accept a watch
   * at a version that it has not reached yet, and be silent until it reaches it; changes before that would be missed.
   */
  async #verify(open: OpenWatch<T>): Promise<void> {
    try {
      this.#standing.verify(this.#position, await this.#calls.newestVersion());
    } catch (error) {
      open.connection.close(error);
      throw error;
    }
  }

  #startWatching(open: OpenWatch<T>): void {
    this.#hasProgressed = false;
    const { resourceVersion } = this.#position;
    this.#enter({ name: "watching", open }, { type: "watching", resourceVersion });
  }

  async #watch(open: OpenWatch<T>): Promise<void> {
    const chunk = await this.#calls.read(open);
    if (chunk) return this.#handOn(chunk, open);
    const elapsed = this.#options.clock.monotonic() - open.since;
    if (!this.#hasProgressed && elapsed < SHORT_WATCH) throw new ShortWatchError();
    if (!this.#calls.patience.ended(elapsed, open.seconds)) this.#standing.doubt();
    open.connection.close(undefined);
    this.#enterConnecting();
  }

  #handOn({ lines, error }: WatchChunk<T>, open: OpenWatch<T>): void {
    // The lines before the error still count.
    if (error !== undefined) this.#goTo({ name: "failing", error, in: { name: "watching", open } });
    // A chunk may contain only a part of a line.
    if (lines.length === 0) return;
    const before = this.#position.resourceVersion;
    const events: WatchEvent<T>[] = [];
    for (const line of lines) {
      this.#position.saw(line.type, line.object.metadata.resourceVersion);
      if (line.type === "BOOKMARK") this.#calls.patience.bookmarked();
      else events.push(line);
    }
    const { resourceVersion } = this.#position;
    if (events.length > 0 || resourceVersion !== before) this.#progressed();
    this.#ready.push({ type: "events", events, resourceVersion });
  }

  #progressed(): void {
    this.#hasProgressed = true;
    this.#standing.progressed();
  }

  #enterConnecting(): void {
    this.#enter({ name: "connecting" }, { type: "connecting", resourceVersion: this.#position.resourceVersion });
  }

  // ---- trouble

  #recover(phase: Phase<T>, error: unknown): void {
    if (this.stopped) return;
    if (isFatal(error)) return this.#giveUp(error);
    if (error instanceof DoubtedServerError) return this.#askAgain(phase);
    switch (phase.name) {
      case "listing":
        closeIn(phase, error);
        return this.#listAgain(this.#lists.pageFailed(phase.plan, phase.soFar?.pages ?? 0, error), error);
      case "opening-list":
      case "streaming-list":
        if ("open" in phase) phase.open.connection.close(error);
        return this.#streamFailed(phase.resourceVersion, this.#calls.describe(error, "watch"));
      case "connecting":
        return this.#watchFailed(this.#calls.describe(error, "watch"));
      case "watching":
        phase.open.connection.close(error);
        if (error instanceof SilentConnectionError) this.#calls.patience.fellSilent();
        return this.#watchFailed(this.#calls.describe(error, "watch"), phase.open.since);
      case "failing":
        return this.#recover(phase.in, error);
      default:
        throw error;
    }
  }

  /** Continues after an interruption by {@link doubt}, with a check of the server's version. */
  #askAgain(phase: Phase<T>): void {
    closeIn(phase, undefined);
    if (phase.name === "connecting" || phase.name === "watching") return this.#enterConnecting();
    this.#goTo({ name: "choosing-list" });
  }

  #streamFailed(resourceVersion: string, error: unknown): void {
    this.#listAgain(this.#lists.streamFailed(resourceVersion, error), error);
  }

  #watchFailed(error: unknown, since?: number): void {
    const now = this.#options.clock.monotonic();
    switch (this.#standing.failed(error, now)) {
      case "newest":
        this.#position.versionUnavailable();
        return this.#goTo({ name: "choosing-list", cause: error });
      case "list":
        return this.#goTo({ name: "choosing-list", cause: error });
      case "list-later":
        return this.#enterBackingOff(error, "list");
      case "watch-later":
        return this.#enterBackingOff(error, "watch", since === undefined ? 0 : now - since);
    }
  }

  #enterBackingOff(error: unknown, next: AfterWait, lived = 0): void {
    const { delay, attempt } = this.#backoff.next(error instanceof ApiError ? error.retryAfter : undefined, lived);
    this.#hurry = new AbortController();
    this.#enter({ name: "backing-off", delay, next }, { type: "backing-off", error, delay, attempt, next });
  }

  async #backOff(delay: number, next: AfterWait): Promise<void> {
    await sleep(this.#options.clock, delay, AbortSignal.any([this.#stop.signal, this.#hurry.signal])).catch(() => {});
    if (next === "list") this.#goTo({ name: "choosing-list" });
    else this.#enterConnecting();
  }

  #giveUp(error: unknown): never {
    this.#enter({ name: "stopped" }, { type: "stopped", error });
    this.#stop.abort(error);
    throw error;
  }

  // ---- moving

  #enter(phase: Phase<T>, state: WatchState): void {
    if (this.stopped) return;
    this.#phase = phase;
    this.#options.onState(state);
  }

  #goTo(phase: Phase<T>): void {
    if (!this.stopped) this.#phase = phase;
  }
}
