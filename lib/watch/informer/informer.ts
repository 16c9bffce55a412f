/** Informers: a watch, its cache, and those who want to hear of changes. */

import {
  describeObject,
  type KubeObject,
  type LabelSelector,
  matchesSelector,
  messageOf,
  type ObjectMeta,
  type ObjectRef,
  parseKey,
  parseSelector,
  type ResourceKind,
} from "../../model/mod.ts";
import type { WriteResult } from "../../kube/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { Claims } from "./claims.ts";
import { type LiveRead, ObjectCache, type OwnWrite } from "../cache/mod.ts";
import { SilentConnectionError, UntakenEventsError } from "../errors.ts";
import {
  type ListWatchOptions,
  resolveListWatch,
  type SetBack,
  streamOf,
  WatchMachine,
  type WatchState,
} from "../stream/mod.ts";
import type { CacheChange, WatchBatch } from "../types.ts";

/** Told of changes, in order, after the cache has taken them in. */
export type CacheListener<T extends KubeObject = KubeObject> = (changes: readonly CacheChange<T>[]) => void;

/** What an informer watches, and whom it tells of trouble. */
export interface InformerOptions<T extends KubeObject = KubeObject>
  extends Omit<ListWatchOptions<T>, "signal" | "fieldSelector"> {
  /** Tells the time, of the watch and of its silence. */
  clock: Clock;
  /** Who wants which objects whole; all are kept whole when it is not given. */
  claims?: Claims | undefined;
  /**
   * How many bytes of JSON of what is nobody's are held whole.
   * @default {2_097_152}
   */
  foreignRoom?: number | undefined;
  /** Told of what a listener threw. Must not throw. */
  onError: (error: unknown) => void;
}

/** How far a watch may be behind the cluster, as far as can be told from here. */
export interface Staleness {
  /** How far the watch has come. */
  readonly resourceVersion: string;
  /** Milliseconds since the last sign of life: a change, a bookmark, or an answer; `undefined` when there was none yet. */
  readonly silentFor: number | undefined;
  /**
   * Milliseconds since the watch was last known to be connected: when a connection died without a word, since it was last heard
   * of. `undefined` while it is connected, and at the start before anything went wrong.
   */
  readonly troubledFor: number | undefined;
}

/** Keeps a cache of one kind up to date and tells of each change. The cache waits for nobody: listeners are not awaited. */
export class Informer<T extends KubeObject = KubeObject> {
  /** What is watched. */
  readonly kind: ResourceKind<T>;
  /** The namespace that is watched; `undefined` for all. */
  readonly namespace: string | undefined;
  /** Which objects are watched; `undefined` for all. */
  readonly labelSelector: LabelSelector | undefined;
  /** The objects. */
  readonly cache: ObjectCache<T>;
  readonly #options: InformerOptions<T>;
  readonly #listeners = new Set<CacheListener<T>>();
  readonly #synced = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<void>();
  #machine: WatchMachine<T> | undefined;
  #mustTellAnew = false;
  #restores = 0;
  #state: WatchState | undefined;
  #heardAt: number | undefined;
  #troubledSince: number | undefined;

  /**
   * Makes an informer; {@link Informer.start} starts it.
   *
   * @param options What is watched.
   */
  constructor(options: InformerOptions<T>) {
    const { kind, namespace, labelSelector, claims, foreignRoom } = options;
    this.kind = kind;
    this.namespace = namespace;
    this.labelSelector = labelSelector;
    this.#options = options;
    const selector = labelSelector === undefined ? [] : parseSelector(labelSelector);
    const accepts = ({ metadata }: T) => matchesSelector(metadata.labels, selector);
    this.cache = new ObjectCache({
      onError: options.onError,
      foreign: claims && { isOurs: claims.isOurs, ...(foreignRoom !== undefined && { room: foreignRoom }) },
      ...(selector.length > 0 && { accepts }),
    });
    // Whoever awaits it is told; whoever does not learns of the same from `finished`.
    this.#synced.promise.catch(() => {});
  }

  /** Resolves when the first list is in the cache and the listeners have been told; rejects when the watch ends before. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Resolves when the watch was stopped; rejects when it cannot go on. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Where the watch is; `undefined` before it is started. */
  get state(): WatchState | undefined {
    return this.#state;
  }

  /** How often the cache has taken in that the server went back in time. */
  get restores(): number {
    return this.#restores;
  }

  /** How far the watch may be behind, now. */
  get staleness(): Staleness {
    const now = this.#options.clock.monotonic();
    const since = (then: number | undefined) => then === undefined ? undefined : now - then;
    const { resourceVersion } = this.cache;
    return { resourceVersion, silentFor: since(this.#heardAt), troubledFor: since(this.#troubledSince) };
  }

  /**
   * Starts the watch.
   *
   * @param signal Stops it.
   * @throws {TypeError} If it has been started before.
   */
  start(signal?: AbortSignal): void {
    if (this.#machine) {
      throw new TypeError(`Cannot start the informer of ${this.kind.kind} as it has been started before`);
    }
    const onState = (state: WatchState) => this.#enter(state);
    const { claims } = this.#options;
    const isWhole = claims && !claims.isAll
      ? (metadata: ObjectMeta, bytes: number) => this.cache.wantsWhole(metadata, bytes)
      : undefined;
    const machine = this.#machine = new WatchMachine(resolveListWatch({ ...this.#options, onState }, isWhole));
    this.#follow(machine, signal).then(() => this.#finish(), (error) => this.#fail(error));
  }

  /**
   * Tells a listener of every change from now on. When the cache is filled already, it is first told of all objects, as if
   * they had just been listed.
   *
   * @returns Ends it.
   */
  subscribe(listener: CacheListener<T>): () => void {
    this.#listeners.add(listener);
    if (this.cache.size > 0) this.#tell(listener, this.cache.asListed());
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Takes in what a write did, when it concerns the objects that are watched here, and tells of it.
   *
   * @param result What it did.
   * @param setBack Given when it shows that the server went back in time, and no watch of the kind has found that yet.
   */
  overlay(result: WriteResult, setBack?: SetBack): void {
    if (result.type === "uncertain") return;
    const write: OwnWrite<KubeObject> = result.type === "stored"
      ? { object: result.object }
      : { gone: result.ref, uid: result.uid };
    if (!this.#covers(result.kind, placeOf(write))) return;
    if (!setBack || !("object" in write)) return this.#fanOut(this.cache.overlay(write as OwnWrite<T>));
    this.#machine?.doubt(setBack, true);
    this.#fanOut(this.cache.insert(write.object as T));
  }

  /** Takes in what a live read found, when it concerns the objects that are watched here, and tells of it. */
  observeLive(kind: ResourceKind, read: LiveRead<KubeObject>): void {
    if (this.#covers(kind, placeOf(read))) this.#fanOut(this.cache.observeLive(read as LiveRead<T>));
  }

  /** Another watch has found that the server went back in time: this one asks the server now where it is. */
  doubt(found: SetBack): void {
    this.#machine?.doubt(found);
  }

  #covers(kind: ResourceKind, { namespace }: { readonly namespace?: string }): boolean {
    return kind.plural === this.kind.plural && kind.group === this.kind.group && kind.version === this.kind.version &&
      (this.namespace === undefined || this.namespace === namespace);
  }

  /**
   * Follows the watch. One stream and no pipes: each stage of a pipe costs some promises a batch, and a batch is often one event.
   *
   * Should something that it brings not go into the cache, what there is has to be found again: after a wait, all is listed anew.
   * Neither is it skipped, nor is it the end of the watch.
   */
  async #follow(machine: WatchMachine<T>, signal: AbortSignal | undefined): Promise<void> {
    for await (const batch of streamOf(machine, signal)) {
      const trouble = this.#takeIn(batch);
      if (this.cache.synced) this.#synced.resolve();
      if (!trouble) continue;
      this.#options.onError(trouble);
      machine.relist(trouble);
    }
  }

  /** @returns Why something could not be taken in. */
  #takeIn(batch: WatchBatch<T>): Error | undefined {
    this.#heardAt = this.#options.clock.monotonic();
    try {
      const changes = this.cache.apply(batch);
      if (batch.type === "synced" && batch.restored) this.#restores += 1;
      this.#fanOut(changes);
      if (batch.type === "synced") this.#tellAnew();
      return undefined;
    } catch (cause) {
      // What the others changed is told now; of what else may have been lost, all are told once more after the next list.
      if (cause instanceof UntakenEventsError) this.#fanOut(cause.changes as readonly CacheChange<T>[]);
      else this.#mustTellAnew = true;
      const what = `Cannot take in what the watch of ${this.kind.kind} brought, and list anew: ${messageOf(cause)}`;
      return new Error(what, { cause });
    }
  }

  #tellAnew(): void {
    if (!this.#mustTellAnew) return;
    this.#mustTellAnew = false;
    this.#fanOut(this.cache.asListed());
  }

  #fanOut(changes: readonly CacheChange<T>[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) this.#tell(listener, changes);
  }

  /** What one listener throws is neither lost nor the trouble of the others. */
  #tell(listener: CacheListener<T>, changes: readonly CacheChange<T>[]): void {
    try {
      listener(changes);
    } catch (error) {
      const first = changes[0] ? ` from ${describeObject(this.kind, parseKey(changes[0].key))} on` : "";
      const message = messageOf(error);
      this.#options.onError(
        new Error(`Cannot tell of ${changes.length} changes${first} as a listener threw: ${message}`, { cause: error }),
      );
    }
  }

  #enter(state: WatchState): void {
    this.#state = state;
    this.#noteConnection(state);
    this.#options.onState?.(state);
  }

  /** Of a connection that died without a word, the trouble is counted from its last sign of life. */
  #noteConnection(state: WatchState): void {
    const now = this.#options.clock.monotonic();
    switch (state.type) {
      case "watching":
        this.#heardAt = now;
        this.#troubledSince = undefined;
        return;
      case "connecting":
        // The server has ended the watch in order, or the list is complete.
        if (this.#troubledSince === undefined) this.#heardAt = now;
        this.#troubledSince ??= now;
        return;
      case "listing":
      case "streaming-list":
        if (this.cache.synced) this.#troubledSince ??= now;
        return;
      case "backing-off":
        this.#troubledSince ??= state.error instanceof SilentConnectionError ? this.#heardAt ?? now : now;
    }
  }

  #finish(): void {
    this.#synced.reject(new Error(`The watch of ${this.kind.kind} was stopped before its first list was complete`));
    this.#finished.resolve();
  }

  #fail(error: unknown): void {
    this.#synced.reject(error);
    this.#finished.reject(error);
  }
}

function placeOf(news: OwnWrite<KubeObject> | LiveRead<KubeObject>): ObjectRef {
  return "object" in news ? news.object.metadata : news.gone;
}
