/** Prefetches the next page of a list while the current one is read. */

import type { WatchConnection } from "./connection.ts";

export interface PageRequest {
  /** Resolves when the answer has begun. */
  readonly answer: Promise<WatchConnection>;
  readonly drop: () => void;
}

/** Holds at most one prefetched page. */
export class PagesAhead {
  #ahead: { readonly token: string; readonly request: PageRequest } | undefined;

  /** Requests the page with this continue token, in place of any other that is held. */
  ask(token: string, request: () => PageRequest): void {
    this.drop();
    const ahead = { token, request: request() };
    // take() reports a failure; without take() nobody needs to know.
    ahead.request.answer.catch(() => {});
    this.#ahead = ahead;
  }

  /** The page with this continue token: the prefetched one, or else one that is requested now. */
  async take(token: string | undefined, request: () => PageRequest): Promise<WatchConnection> {
    const ahead = this.#ahead;
    if (ahead === undefined || ahead.token !== token) {
      this.drop();
      return await request().answer;
    }
    this.#ahead = undefined;
    return await ahead.request.answer;
  }

  drop(): void {
    this.#ahead?.request.drop();
    this.#ahead = undefined;
  }
}
