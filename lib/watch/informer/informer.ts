/** Informers: a watch, its cache, and the listeners to its changes. */

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

/** Called with changes, in order, after the cache has been updated. */
export type CacheListener<T extends KubeObject = KubeObject> = (changes: readonly CacheChange<T>[]) => void;

/** Options of {@link Informer}. */
export interface InformerOptions<T extends KubeObject = KubeObject>
  extends Omit<ListWatchOptions<T>, "signal" | "fieldSelector"> {
  /** Measures the time of the watch and of its silence. */
  clock: Clock;
  /** Which objects are wanted whole; without it, all are. */
  claims?: Claims | undefined;
  /**
   * How many bytes of JSON of foreign objects are held whole.
   * @default {2_097_152}
   */
  foreignRoom?: number | undefined;
  /** Called with errors of listeners and of the cache. Must not throw. */
  onError: (error: unknown) => void;
}

/** How far a watch may be behind the cluster, as far as this process can tell. */
export interface Staleness {
  /** The version that the watch has reached. */
  readonly resourceVersion: string;
  /**
   * Milliseconds since the last sign of life of the server: an event, a bookmark or an answer; `undefined` if there was none
   * yet.
   */
  readonly silentFor: number | undefined;
  /**
   * Milliseconds since the watch lost its connection; for a connection that died silently, since its last sign of life.
   * `undefined` while the watch is connected, and at the start as long as nothing has failed.
   */
  readonly troubledFor: number | undefined;
}

/** Keeps a cache of one kind up to date and calls listeners with each change. Promises of listeners are not awaited. */
export class Informer<T extends KubeObject = KubeObject> {
  /** The kind that is watched. */
  readonly kind: ResourceKind<T>;
  /** The namespace that is watched; `undefined` for all. */
  readonly namespace: string | undefined;
  /** The label selector of the watch; `undefined` for all objects. */
  readonly labelSelector: LabelSelector | undefined;
  /** The cached objects. */
  readonly cache: ObjectCache<T>;
  readonly #options: InformerOptions<T>;
  readonly #listeners = new Set<CacheListener<T>>();
  readonly #synced = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<void>();
  #machine: WatchMachine<T> | undefined;
  #mustTellAnew = false;
  #restores = 0;
  #state: WatchState | undefined;
  #lastContact: number | undefined;
  #troubledSince: number | undefined;

  /**
   * Makes an informer, which must be started by {@link Informer.start}.
   *
   * @param options The options.
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
    // Callers that await it get the rejection; the others get the same from `finished`.
    this.#synced.promise.catch(() => {});
  }

  /** Resolves when the initial list is in the cache and the listeners were called; rejects if the watch ends before that. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Resolves when the watch was stopped; rejects if it cannot go on. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** The state of the watch; `undefined` before it is started. */
  get state(): WatchState | undefined {
    return this.#state;
  }

  /** How often the cache was replaced because the server went back in time. */
  get restores(): number {
    return this.#restores;
  }

  /** How far the watch may be behind the cluster now. */
  get staleness(): Staleness {
    const now = this.#options.clock.monotonic();
    const since = (then: number | undefined) => then === undefined ? undefined : now - then;
    const { resourceVersion } = this.cache;
    return { resourceVersion, silentFor: since(this.#lastContact), troubledFor: since(this.#troubledSince) };
  }

  /**
   * Starts the watch.
   *
   * @param signal Stops the watch.
   * @throws {TypeError} If the informer has been started before.
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
   * Calls a listener with every change from now on. If the cache has objects already, the listener first gets all of them, as
   * if they had just been listed.
   *
   * @returns A function that unsubscribes the listener.
   */
  subscribe(listener: CacheListener<T>): () => void {
    this.#listeners.add(listener);
    if (this.cache.size > 0) this.#tell(listener, this.cache.asListed());
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Overlays the result of an own write, if it is about objects of this watch, and calls the listeners.
   *
   * @param result The result of the write.
   * @param setBack Given if the write shows that the server went back in time, and no watch of the kind has found that yet.
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

  /** Puts the result of a live read into the cache, if it is about objects of this watch, and calls the listeners. */
  observeLive(kind: ResourceKind, read: LiveRead<KubeObject>): void {
    if (this.#covers(kind, placeOf(read))) this.#fanOut(this.cache.observeLive(read as LiveRead<T>));
  }

  /**
   * To be called when another watch has found that the server went back in time: this watch then checks the server's version.
   */
  doubt(found: SetBack): void {
    this.#machine?.doubt(found);
  }

  #covers(kind: ResourceKind, { namespace }: { readonly namespace?: string }): boolean {
    return kind.plural === this.kind.plural && kind.group === this.kind.group && kind.version === this.kind.version &&
      (this.namespace === undefined || this.namespace === namespace);
  }

  /**
   * Reads the watch. It uses one stream without pipes: each stage of a pipe costs some promises per batch, and a batch is
   * often one event.
   *
   * If a batch cannot be put into the cache, everything is listed again after a backoff: the batch is not skipped, and the
   * watch does not end.
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

  /** Puts a batch into the cache and calls the listeners. @returns The error, if something could not be put into the cache. */
  #takeIn(batch: WatchBatch<T>): Error | undefined {
    this.#lastContact = this.#options.clock.monotonic();
    try {
      const changes = this.cache.apply(batch);
      if (batch.type === "synced" && batch.restored) this.#restores += 1;
      this.#fanOut(changes);
      if (batch.type === "synced") this.#tellAnew();
      return undefined;
    } catch (cause) {
      // Changes that succeeded are passed on now. If any may have been lost, the listeners get all objects after the next list.
      if (cause instanceof UntakenEventsError) this.#fanOut(cause.changes as readonly CacheChange<T>[]);
      else this.#mustTellAnew = true;
      const what =
        `Cannot put what the watch of ${this.kind.kind} brought into the cache, and list all objects again: ${
          messageOf(cause)
        }`;
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

  /** Calls one listener. If it throws, that is reported, and the others are still called. */
  #tell(listener: CacheListener<T>, changes: readonly CacheChange<T>[]): void {
    try {
      listener(changes);
    } catch (error) {
      const first = changes[0] ? ` from ${describeObject(this.kind, parseKey(changes[0].key))} on` : "";
      const message = messageOf(error);
      this.#options.onError(
        new Error(`Cannot pass on ${changes.length} changes${first} as a listener threw: ${message}`, { cause: error }),
      );
    }
  }

  #enter(state: WatchState): void {
    this.#state = state;
    this.#noteConnection(state);
    this.#options.onState?.(state);
  }

  /** Keeps `staleness` up to date. If a connection died silently, the trouble counts from its last sign of life. */
  #noteConnection(state: WatchState): void {
    const now = this.#options.clock.monotonic();
    switch (state.type) {
      case "watching":
        this.#lastContact = now;
        this.#troubledSince = undefined;
        return;
      case "connecting":
        // The server has ended the watch properly, or the list is complete.
        if (this.#troubledSince === undefined) this.#lastContact = now;
        this.#troubledSince ??= now;
        return;
      case "listing":
      case "streaming-list":
        if (this.cache.synced) this.#troubledSince ??= now;
        return;
      case "backing-off":
        this.#troubledSince ??= state.error instanceof SilentConnectionError ? this.#lastContact ?? now : now;
    }
  }

  #finish(): void {
    this.#synced.reject(new Error(`The watch of ${this.kind.kind} was stopped before its initial list was complete`));
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
