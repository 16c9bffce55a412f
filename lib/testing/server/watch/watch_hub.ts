/** All running watches, and ways to disturb them. */

import type { Answer, ResourceRequest } from "../request/mod.ts";
import type { ServerContext } from "../store/mod.ts";
import { Watch } from "./watching.ts";

/** Which watches; by default all. */
export interface WatchFilter {
  /** The API group; `""` is the core group. */
  group?: string;
  /** The resource's name in URLs, such as `configmaps`. */
  plural?: string;
  /** The namespace that is watched. */
  namespace?: string;
}

/** The running watches of an embedded cluster, for tests to disturb. */
export class WatchHub {
  readonly #watches = new Set<Watch>();
  readonly #context: ServerContext;
  readonly #bookmarkInterval: number;
  #frozen: WatchFilter | undefined;

  /** @param context The server's context. @param bookmarkInterval Milliseconds between bookmarks. */
  constructor(context: ServerContext, bookmarkInterval: number) {
    this.#context = context;
    this.#bookmarkInterval = bookmarkInterval;
    context.store.listen((table, change) => {
      for (const watch of this.#watches) watch.deliver(table, change);
    });
  }

  /** How many watches run. */
  get count(): number {
    return this.#watches.size;
  }

  /** For the server: starts a watch. */
  open(request: ResourceRequest): Answer {
    const { signal } = request;
    const onAbort = () => watch.end(signal?.reason);
    const onEnd = () => {
      this.#watches.delete(watch);
      signal?.removeEventListener("abort", onAbort);
    };
    const watch = new Watch(this.#context, request, { bookmarkInterval: this.#bookmarkInterval, onEnd });
    this.#watches.add(watch);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (this.#frozen && matches(watch, this.#frozen)) watch.setFrozen(true);
    return watch.answer;
  }

  /**
   * Breaks watches off, as a lost connection does.
   *
   * @param filter Which watches.
   * @param reason The error that their readers get; without one, the streams end normally, as at a timeout.
   */
  cut(filter: WatchFilter = {}, reason?: Error): void {
    for (const watch of this.#matching(filter)) watch.end(reason);
  }

  /** Holds back the events of watches, also of those that start later. Their readers cannot tell this from silence. */
  freeze(filter: WatchFilter = {}): void {
    this.#frozen = filter;
    for (const watch of this.#matching(filter)) watch.setFrozen(true);
  }

  /** Ends a {@link WatchHub.freeze} and delivers the held events. */
  thaw(): void {
    this.#frozen = undefined;
    for (const watch of [...this.#watches]) watch.setFrozen(false);
  }

  #matching(filter: WatchFilter): Watch[] {
    return [...this.#watches].filter((watch) => matches(watch, filter));
  }
}

function matches({ resource, namespace }: Watch, filter: WatchFilter): boolean {
  return (filter.group === undefined || filter.group === resource.group) &&
    (filter.plural === undefined || filter.plural === resource.plural) &&
    (filter.namespace === undefined || filter.namespace === namespace);
}
