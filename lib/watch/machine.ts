/** The state machine of a watch: one short method a state, each of which makes one request or one read. */

import { keyOf, type KubeObject } from "../model/mod.ts";
import { ApiError } from "../kube/mod.ts";
import { sleep } from "../time/mod.ts";
import { WatchBackoff } from "./backoff.ts";
import { type OpenWatch, WatchCalls } from "./calls.ts";
import { endsList, type WatchChunk, type WatchLine } from "./decode.ts";
import {
  DoubtedServerError,
  ShortWatchError,
  SilentConnectionError,
  StaleListError,
  UnmarkedListError,
} from "./errors.ts";
import type { ResolvedListWatch } from "./options.ts";
import { type AfterWait, openIn, type PartOfList, type Phase } from "./phase.ts";
import { type ListPlan, Position } from "./position.ts";
import type { SetBack } from "./set_back.ts";
import { Standing } from "./standing.ts";
import type { WatchState } from "./state.ts";
import type { WatchBatch, WatchEvent } from "./types.ts";
import { afterList, afterStreamingList, isFatal } from "./verdict.ts";

/** A watch that ends sooner than this, in milliseconds, and brings nothing is an error: else it would be asked for in a loop. */
const SHORT_WATCH = 1_000;

/** Lists and watches one kind, for as long as it is asked for the next batch. */
export class WatchMachine<T extends KubeObject> {
  readonly #options: ResolvedListWatch<T>;
  readonly #position: Position;
  readonly #standing = new Standing();
  readonly #backoff: WatchBackoff;
  readonly #stop = new AbortController();
  readonly #calls: WatchCalls<T>;
  readonly #ready: WatchBatch<T>[] = [];
  #phase: Phase<T> = { name: "choosing-list" };
  /** How the next list is asked for, by what the server turned out to be able to. */
  #style: "stream" | "plain-once" | "plain";
  /** Whether the watch that is open has brought anything. */
  #heard = false;
  /** Ends a wait before its time. */
  #hurry = new AbortController();

  /** @param options What is watched. */
  constructor(options: ResolvedListWatch<T>) {
    this.#options = options;
    this.#position = new Position(options.pageSize);
    this.#backoff = new WatchBackoff(options.clock, options.random, options.backoff);
    this.#calls = new WatchCalls(options, this.#stop.signal);
    this.#style = options.streamingLists ? "stream" : "plain";
  }

  /** Whether the watch is over. */
  get stopped(): boolean {
    return this.#phase.name === "stopped";
  }

  /**
   * The next batch; `undefined` when the watch was stopped.
   *
   * @throws {PermissionError} If the process may not reach the API server. The watch is over then.
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

  /** Ends the watch, and any request that is under way. */
  stop(reason?: unknown): void {
    if (this.stopped) return;
    this.#enter({ name: "stopped" }, { type: "stopped" });
    this.#stop.abort(reason);
  }

  /**
   * It was found elsewhere that the server went back in time: whatever the watch does, it asks the server now where it is.
   *
   * @param found What was found.
   * @param isCertain Whether it was found of this very kind.
   */
  doubt(found: SetBack, isCertain = false): void {
    if (this.stopped || this.#standing.isSetBack) return;
    this.#standing.doubt(found, isCertain);
    this.#position.versionUnavailable();
    this.#calls.cut(new DoubtedServerError());
    this.#hurry.abort();
  }

  /** What was handed on could not be taken in: after a wait, all is listed anew. */
  relist(error: unknown): void {
    if (this.stopped) return;
    this.#ready.length = 0;
    openIn(this.#phase)?.connection.close(error);
    this.#enterBackingOff(error, "list");
  }

  #turn(phase: Phase<T>): Promise<void> | void {
    switch (phase.name) {
      case "choosing-list":
        return this.#chooseList(phase.cause);
      case "listing":
        return this.#list(phase.plan, phase.soFar);
      case "opening-list":
        return this.#openList(phase.resourceVersion);
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
    const why = cause === undefined ? {} : { cause };
    if (this.#style === "stream") {
      const resourceVersion = this.#position.planStreamingList();
      return this.#enter({ name: "opening-list", resourceVersion }, {
        type: "streaming-list",
        resourceVersion,
        ...why,
      });
    }
    const plan = this.#position.planList();
    this.#enter({ name: "listing", plan }, { type: "listing", resourceVersion: plan.resourceVersion, ...why });
  }

  async #list(plan: ListPlan, soFar?: PartOfList): Promise<void> {
    const page = await this.#calls.list(plan, soFar?.token);
    // All pages are of one version; should they not be, that of the first promises the least.
    const part = soFar ?? this.#beginList(page.resourceVersion, plan.resourceVersion);
    this.#ready.push({ type: "page", objects: page.objects });
    if (page.token !== undefined) {
      return this.#goTo({ name: "listing", plan, soFar: { ...part, pages: part.pages + 1, token: page.token } });
    }
    this.#endList(part);
    this.#enterConnecting();
  }

  async #openList(resourceVersion: string): Promise<void> {
    const open = await this.#calls.streamingList(resourceVersion);
    this.#goTo({ name: "streaming-list", resourceVersion, open, found: new Map() });
  }

  /** Hands nothing on before the end of the list: until then changes are mixed in, and it may break off. */
  async #streamList(open: OpenWatch<T>, found: Map<string, T>, asked: string): Promise<void> {
    const chunk = await this.#read(open);
    if (!chunk) throw new UnmarkedListError();
    const end = chunk.lines.findIndex(endsList);
    for (const line of end < 0 ? chunk.lines : chunk.lines.slice(0, end)) collect(line, found);
    if (end >= 0) {
      return this.#endStreamingList(open, found, asked, chunk.lines[end]!, {
        ...chunk,
        lines: chunk.lines.slice(end + 1),
      });
    }
    if (chunk.error !== undefined) throw chunk.error;
  }

  #endStreamingList(
    open: OpenWatch<T>,
    found: Map<string, T>,
    asked: string,
    mark: WatchLine<T>,
    rest: WatchChunk<T>,
  ): void {
    const part = this.#beginList(mark.object.metadata.resourceVersion, asked);
    this.#ready.push({ type: "page", objects: [...found.values()] });
    this.#endList(part);
    open.connection.tolerate(open.idleLimit);
    this.#startWatching(open);
    this.#heard = true;
    this.#handOn(rest, open);
  }

  /**
   * A list that is older than what was seen is the truth when it was asked for without a version. Such a list is a quorum read:
   * the API server answers with what etcd holds at that moment, or with what it has in memory once that has come as far as etcd
   * is. Whatever was ever seen came out of etcd, so an API server that lags behind others cannot answer with less; only an etcd
   * that was set back can, as by a restore from a backup.
   */
  #beginList(resourceVersion: string, asked: string): PartOfList {
    if (asked !== "" && this.#position.isBehind(resourceVersion)) {
      this.#position.versionUnavailable();
      throw new StaleListError(resourceVersion, this.#position.resourceVersion);
    }
    const restoredFrom = asked === "" ? this.#standing.restoredFrom(this.#position, resourceVersion) : undefined;
    this.#ready.push({ type: "init" });
    return { resourceVersion, restoredFrom, pages: 0, token: "" };
  }

  #endList({ resourceVersion, restoredFrom }: PartOfList): void {
    this.#position.listed(resourceVersion);
    const isRestored = restoredFrom !== undefined;
    this.#ready.push({ type: "synced", resourceVersion, ...(isRestored && { restored: true }) });
    if (isRestored) this.#options.onState({ type: "restored", resourceVersion, seen: restoredFrom });
    this.#standing.listed();
    if (this.#style === "plain-once") this.#style = "stream";
  }

  // ---- watches

  async #connect(): Promise<void> {
    const open = await this.#calls.watch(this.#position.resourceVersion);
    if (this.#standing.unsure) await this.#verify(open);
    this.#startWatching(open);
  }

  /**
   * A server that was set back takes a watch at a version that lies before it, and is silent until it has come that far: what it
   * shows then is not all. So after trouble a watch is well only when the server is where the watch is.
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
    this.#heard = false;
    const { resourceVersion } = this.#position;
    this.#enter({ name: "watching", open }, { type: "watching", resourceVersion });
  }

  async #watch(open: OpenWatch<T>): Promise<void> {
    const chunk = await this.#read(open);
    if (chunk) return this.#handOn(chunk, open);
    const elapsed = this.#options.clock.monotonic() - open.since;
    if (!this.#heard && elapsed < SHORT_WATCH) throw new ShortWatchError();
    if (!this.#calls.patience.ended(elapsed, open.seconds)) this.#standing.doubt();
    open.connection.close(undefined);
    this.#enterConnecting();
  }

  /** What the next read brings; `undefined` when the server has ended the watch. */
  async #read(open: OpenWatch<T>): Promise<WatchChunk<T> | undefined> {
    const bytes = await open.connection.read();
    if (open.headAt !== undefined) {
      this.#calls.patience.broughtSomething(this.#options.clock.monotonic() - open.headAt);
      open.headAt = undefined;
    }
    if (bytes) return open.decoder.push(bytes);
    open.decoder.end();
    return undefined;
  }

  #handOn({ lines, error }: WatchChunk<T>, open: OpenWatch<T>): void {
    // What came before the error has happened all the same.
    if (error !== undefined) this.#goTo({ name: "failing", error, in: { name: "watching", open } });
    // A chunk may hold no more than a part of a line.
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
    this.#heard = true;
    this.#standing.progressed();
  }

  #enterConnecting(): void {
    this.#enter({ name: "connecting" }, { type: "connecting", resourceVersion: this.#position.resourceVersion });
  }

  // ---- trouble

  #recover(phase: Phase<T>, error: unknown): void {
    if (this.stopped) return;
    if (isFatal(error)) return this.#giveUp(error);
    if (error instanceof DoubtedServerError) return this.#askAnew(phase);
    switch (phase.name) {
      case "listing":
        return this.#listFailed(phase.plan, phase.soFar?.pages ?? 0, error);
      case "opening-list":
      case "streaming-list":
        if ("open" in phase) phase.open.connection.close(error);
        return this.#streamingListFailed(phase.resourceVersion, this.#calls.describe(error, "watch"));
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

  /** What was under way was cut short, to ask the server where it is. */
  #askAnew(phase: Phase<T>): void {
    openIn(phase)?.connection.close(undefined);
    if (phase.name === "connecting" || phase.name === "watching") return this.#enterConnecting();
    this.#goTo({ name: "choosing-list" });
  }

  #listFailed({ resourceVersion, limit }: ListPlan, pages: number, error: unknown): void {
    switch (afterList({ error, resourceVersion, limit, pages })) {
      case "newest":
        this.#position.versionUnavailable();
        return this.#goTo({ name: "choosing-list", cause: error });
      case "unpaged":
        this.#position.pagesExpired();
        return this.#goTo({ name: "choosing-list", cause: error });
      case "again":
        return this.#enterBackingOff(error, "list");
    }
  }

  #streamingListFailed(resourceVersion: string, error: unknown): void {
    switch (afterStreamingList(error, resourceVersion)) {
      case "newest":
        this.#position.versionUnavailable();
        return this.#goTo({ name: "choosing-list", cause: error });
      case "never":
        this.#style = "plain";
        return this.#goTo({ name: "choosing-list", cause: error });
      case "plain":
        this.#style = "plain-once";
        return this.#enterBackingOff(error, "list");
      case "again":
        return this.#enterBackingOff(error, "list");
    }
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

/** Changes may come in between the objects of a streaming list. */
function collect<T extends KubeObject>(line: WatchLine<T>, found: Map<string, T>): void {
  if (line.type === "BOOKMARK") return;
  if (line.type === "DELETED") found.delete(keyOf(line.object));
  else found.set(keyOf(line.object), line.object);
}
