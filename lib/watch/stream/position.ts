/** What a watch remembers between requests: the version that it has reached, and which lists the server cannot serve. Pure. */

import { isOlder } from "../../model/mod.ts";

/** How to request a list. */
export interface ListPlan {
  /** The list must not be older than this version; empty for the newest. */
  readonly resourceVersion: string;
  /** Objects per page; `undefined` for all in one page. */
  readonly limit: number | undefined;
}

/** The version that a watch has reached. It only moves forward, except by a list of a server that went back in time. */
export class Position {
  readonly #pageSize: number;
  #resourceVersion = "";
  /** Whether events now arrive in the order of their versions. */
  #ordered = false;
  /** Whether the server cannot list at the version that was seen, such as an expired one. */
  #unavailable = false;
  /** Whether the pages of the last list expired before all were read. */
  #pagesExpire = false;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  /** The newest version that was seen; empty if there is none. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Whether a version was seen that the next list must not be older than. */
  get #seen(): boolean {
    return isVersion(this.#resourceVersion);
  }

  /**
   * How to list now. In pages, so that neither side holds the whole list. At the newest version, or not older than what was
   * seen. Never from the cache of any server (`0`): it may lag behind what this process saw before it was restarted.
   */
  planList(): ListPlan {
    if (this.#pagesExpire) return { resourceVersion: "", limit: undefined };
    const isVersionNeeded = this.#seen && !this.#unavailable;
    return { resourceVersion: isVersionNeeded ? this.#resourceVersion : "", limit: this.#pageSize };
  }

  /** The version that a streaming list must not be older than; empty for the newest. */
  planStreamingList(): string {
    return this.#unavailable || !this.#seen ? "" : this.#resourceVersion;
  }

  versionUnavailable(): void {
    this.#unavailable = true;
  }

  pagesExpired(): void {
    this.#pagesExpire = true;
  }

  /** Whether a list with this version is older than what was seen. */
  isBehind(listVersion: string): boolean {
    return this.#seen && isOlder(listVersion, this.#resourceVersion);
  }

  listed(listVersion: string): void {
    this.#unavailable = false;
    this.#pagesExpire = false;
    this.#resourceVersion = listVersion;
    this.#ordered = isVersion(listVersion);
  }

  /**
   * To be called for each event and bookmark. A watch without a start version begins with objects in any order, and their
   * versions do not say how far the watch has come.
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
