/** The page of a list that is asked for while the one before it is read. */

import type { WatchConnection } from "./connection.ts";

/** A page that has been asked for. */
export interface PageRequest {
  /** The answer, once it has begun. */
  readonly answer: Promise<WatchConnection>;
  /** Ends the request. */
  readonly drop: () => void;
}

/** At most one page, asked for ahead. */
export class PagesAhead {
  #ahead: { readonly token: string; readonly request: PageRequest } | undefined;

  /** Asks for a page ahead. */
  ask(token: string, request: () => PageRequest): void {
    this.drop();
    const ahead = { token, request: request() };
    // Whoever takes it is told of its failure; nobody has to take it.
    ahead.request.answer.catch(() => {});
    this.#ahead = ahead;
  }

  /** The page with this token: the one that was asked for ahead, or else one that is asked for now. */
  async take(token: string | undefined, request: () => PageRequest): Promise<WatchConnection> {
    const ahead = this.#ahead;
    if (ahead === undefined || ahead.token !== token) {
      this.drop();
      return await request().answer;
    }
    this.#ahead = undefined;
    return await ahead.request.answer;
  }

  /** Lets go of a page that nobody wants. */
  drop(): void {
    this.#ahead?.request.drop();
    this.#ahead = undefined;
  }
}
