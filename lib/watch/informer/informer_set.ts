/** The shared informers of one process: controllers that want the same objects share one watch and one cache. */

import {
  apiVersionOf,
  formatSelector,
  isOlder,
  type KubeObject,
  type LabelSelector,
  type ResourceKind,
} from "../../model/mod.ts";
import type { SeenOfKind, WriteResult } from "../../kube/mod.ts";
import type { LiveRead } from "../cache/mod.ts";
import { type Claim, Claims } from "./claims.ts";
import { CachedKind } from "./cached_kind.ts";
import { Informer, type InformerOptions } from "./informer.ts";
import { Restores, type SetBack, setBackBy, type WatchState } from "../stream/mod.ts";

/** Options of {@link InformerSet}, for all of its informers. */
export interface InformerSetOptions
  extends Omit<InformerOptions, "kind" | "namespace" | "labelSelector" | "transform" | "claims" | "onState"> {
  /** Called at each change of state of each watch. Must not throw. */
  onState?: ((state: WatchState, informer: Informer) => void) | undefined;
}

/** Which objects of a kind are watched. */
export interface InformerScope {
  /**
   * The namespaces to watch.
   * @default {all namespaces}
   */
  namespaces?: readonly string[] | undefined;
  /** Watches only objects whose labels match. */
  labelSelector?: LabelSelector | undefined;
  /**
   * Which objects are wanted whole; others may be reduced to their metadata. Readers must check {@link isReduced}.
   * @default {all}
   */
  claim?: Claim | undefined;
}

/** All informers of one process. */
export class InformerSet {
  readonly #options: InformerSetOptions;
  readonly #informers = new Map<string, Informer>();
  readonly #claims = new Map<string, Claims>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #restores = new Restores<Informer>();
  #signal: AbortSignal | undefined;
  #running = 0;

  /**
   * Makes an empty set; {@link InformerSet.obtain} adds informers.
   *
   * @param options Options of all informers.
   */
  constructor(options: InformerSetOptions) {
    this.#options = options;
  }

  /** The informers, each once. */
  get informers(): readonly Informer[] {
    return [...this.#informers.values()];
  }

  /** Resolves when all watches were stopped; rejects if one of them cannot go on. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /**
   * Watches a kind from {@link InformerSet.start} on, or at once if that has been called. An informer that watches the same
   * objects already is shared.
   *
   * @returns A view of the cached objects.
   * @throws {RangeError} If the list of namespaces is empty.
   * @throws {SelectorError} If the label selector is invalid.
   */
  obtain<T extends KubeObject>(kind: ResourceKind<T>, scope: InformerScope = {}): CachedKind<T> {
    const { namespaces, labelSelector, claim } = scope;
    if (namespaces?.length === 0) {
      throw new RangeError(`Cannot watch ${kind.kind} as the list of namespaces is empty: leave it out to watch all`);
    }
    const wanted = kind.scope === "Cluster" || !namespaces ? [undefined] : [...new Set(namespaces)];
    return new CachedKind(kind, wanted.map((namespace) => this.#obtain(kind, { namespace, labelSelector, claim })));
  }

  /**
   * Starts all watches, and from then on each one that is added.
   *
   * @param signal Stops all watches.
   * @throws {TypeError} If it was called before.
   */
  start(signal: AbortSignal): void {
    if (this.#signal) throw new TypeError("Cannot start the informers as they have been started before");
    this.#signal = signal;
    for (const informer of this.#informers.values()) this.#run(informer, signal);
    if (signal.aborted) this.#settle();
    else signal.addEventListener("abort", () => this.#settle(), { once: true });
  }

  /** The newest version that has been seen of a kind; `undefined` if none has. */
  seen({ group, plural }: ResourceKind): SeenOfKind | undefined {
    let seen: SeenOfKind | undefined;
    for (const { kind, restores, cache: { resourceVersion } } of this.#informers.values()) {
      if (kind.plural !== plural || kind.group !== group || resourceVersion === "") continue;
      const isNewest = seen === undefined || isOlder(seen.resourceVersion, resourceVersion);
      seen = {
        resourceVersion: isNewest ? resourceVersion : seen!.resourceVersion,
        restores: restores + (seen?.restores ?? 0),
      };
    }
    return seen;
  }

  /** Passes the result of an own write to the informers. */
  overlay(result: WriteResult): void {
    const found = setBackBy(result, () => this.seen(result.kind)?.restores);
    for (const informer of this.#informers.values()) informer.overlay(result, found);
    if (found && this.#restores.isNew(found)) this.#doubt(found);
  }

  /** Passes the result of a live read to the informers. */
  observeLive<T extends KubeObject>(kind: ResourceKind<T>, read: LiveRead<T>): void {
    for (const informer of this.#informers.values()) informer.observeLive(kind, read);
  }

  #obtain<T extends KubeObject>(
    kind: ResourceKind<T>,
    { namespace, labelSelector, claim }: Omit<InformerScope, "namespaces"> & { namespace: string | undefined },
  ): Informer<T> {
    const selector = labelSelector === undefined ? "" : formatSelector(labelSelector);
    let id = [apiVersionOf(kind), kind.plural, namespace ?? "", selector].join(" ");
    // A running informer cannot restore objects that it has reduced, so this user gets one of its own.
    if (this.#signal && !claim && this.#claims.get(id)?.isAll === false) id += " whole";
    const known = this.#informers.get(id);
    const claims = this.#claims.get(id) ?? new Claims();
    claims.add(claim);
    this.#claims.set(id, claims);
    // The kind is part of the key, so the type is the same.
    if (known) return known as unknown as Informer<T>;
    const onState = (state: WatchState) => {
      this.#options.onState?.(state, shared);
      if (state.type === "restored") this.#spread(shared, state);
    };
    const informer = new Informer<T>({ ...this.#options, kind, namespace, labelSelector, claims, onState });
    const shared = informer as unknown as Informer;
    this.#informers.set(id, shared);
    if (this.#signal) this.#run(shared, this.#signal);
    return informer;
  }

  /**
   * Tells all other watches of a restore. Otherwise each would find it later by itself, and Runs would see old and new kinds
   * mixed.
   */
  #spread(from: Informer, found: SetBack): void {
    if (this.#restores.found(from, found)) this.#doubt(found, from);
  }

  #doubt(found: SetBack, from?: Informer): void {
    for (const informer of this.#informers.values()) if (informer !== from) informer.doubt(found);
  }

  #run(informer: Informer, signal: AbortSignal): void {
    this.#running += 1;
    informer.start(signal);
    informer.finished.then(() => {
      this.#running -= 1;
      this.#settle();
    }, (error) => this.#finished.reject(error));
  }

  #settle(): void {
    if (this.#signal?.aborted && this.#running === 0) this.#finished.resolve();
  }
}
