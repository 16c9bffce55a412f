/** What a watch remembers from request to request: how far it has seen, and what the server can do. Pure. */

import { isOlder } from "../model/mod.ts";

/** How the objects are listed. */
export interface ListPlan {
  /** The list is not older than this; `0`: any will do; empty: the newest. */
  readonly resourceVersion: string;
  /** Objects a page; `undefined` for all in one. */
  readonly limit: number | undefined;
}

/** The place in history that a watch has reached. It only moves forward. */
export class Position {
  readonly #pageSize: number;
  #resourceVersion = "";
  /** Whether the events that arrive are in the order of their versions. */
  #ordered = false;
  /** Whether the server cannot list at the version that was seen. */
  #unavailable = false;
  /** Whether a list was cut short as its pages expired before the last one. */
  #pagesExpire = false;
  /** Whether the server pages what others answer from memory: it has no watch cache. */
  #paged = false;

  /** @param pageSize Objects a page. */
  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  /** The newest version that was seen; empty when there is none. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Whether any version was seen that the next list must not be older than. */
  get #seen(): boolean {
    return isVersion(this.#resourceVersion);
  }

  /**
   * How to list now. The first list takes what the server has in memory. Later ones may not go back in time, so they ask
   * for the version that was seen, or newer; and they ask for no pages, as those bypass the server's memory. Only when the
   * server cannot do that is the newest asked for, which goes to the database.
   */
  planList(): ListPlan {
    if (this.#pagesExpire) return { resourceVersion: "", limit: undefined };
    if (this.#unavailable) return { resourceVersion: "", limit: this.#pageSize };
    if (!this.#seen) return { resourceVersion: "0", limit: this.#pageSize };
    return { resourceVersion: this.#resourceVersion, limit: this.#paged ? this.#pageSize : undefined };
  }

  /** The version for a streaming list: what was seen, or newer; empty for the newest. */
  planStreamingList(): string {
    return this.#unavailable || !this.#seen ? "" : this.#resourceVersion;
  }

  /** The server cannot list at the version that was seen. */
  versionUnavailable(): void {
    this.#unavailable = true;
  }

  /** The pages of a list expired before all were read. */
  pagesExpired(): void {
    this.#pagesExpire = true;
  }

  /** Whether a list of that version would go back in time. */
  isBehind(listVersion: string): boolean {
    return this.#seen && isOlder(listVersion, this.#resourceVersion);
  }

  /**
   * A list is complete.
   *
   * @param listVersion Its version.
   * @param plan How it was asked for, when it was not a stream.
   * @param pages How many pages it had.
   */
  listed(listVersion: string, plan?: ListPlan, pages = 1): void {
    if (plan?.resourceVersion === "0" && pages > 1) this.#paged = true;
    this.#unavailable = false;
    this.#pagesExpire = false;
    this.#resourceVersion = listVersion;
    this.#ordered = isVersion(listVersion);
  }

  /**
   * An event or a bookmark arrived. A watch that begins at no version begins with objects in any order; none of their
   * versions says how far the watch has come.
   */
  saw(type: string, resourceVersion: string): void {
    if (!this.#ordered && type === "ADDED") return;
    this.#ordered = true;
    if (!isOlder(resourceVersion, this.#resourceVersion)) this.#resourceVersion = resourceVersion;
  }
}

function isVersion(resourceVersion: string): boolean {
  return resourceVersion !== "" && resourceVersion !== "0";
}
