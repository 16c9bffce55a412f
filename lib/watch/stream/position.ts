/** What a watch remembers from request to request: how far it has seen, and what the server can do. Pure. */

import { isOlder } from "../../model/mod.ts";

/** How the objects are listed. */
export interface ListPlan {
  /** The list is not older than this; empty: the newest. */
  readonly resourceVersion: string;
  /** Objects a page; `undefined` for all in one. */
  readonly limit: number | undefined;
}

/** The place in history that a watch has reached. It only moves forward, but for a list of a server that was set back. */
export class Position {
  readonly #pageSize: number;
  #resourceVersion = "";
  /** Whether the events that arrive are in the order of their versions. */
  #ordered = false;
  /** Whether the server cannot list at the version that was seen. */
  #unavailable = false;
  /** Whether a list was cut short as its pages expired before the last one. */
  #pagesExpire = false;

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
   * How to list now. In pages, so that neither side ever holds the whole list; and the newest, or what was seen and newer: never
   * what a server that lags behind has in memory, as that may be older than what this process saw before it was started anew.
   */
  planList(): ListPlan {
    if (this.#pagesExpire) return { resourceVersion: "", limit: undefined };
    const isVersionNeeded = this.#seen && !this.#unavailable;
    return { resourceVersion: isVersionNeeded ? this.#resourceVersion : "", limit: this.#pageSize };
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

  /** A list is complete. */
  listed(listVersion: string): void {
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
