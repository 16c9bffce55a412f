/** What goes wrong between a controller and the API server, to be thrown by interceptors. */

import { type InterceptedRequest, type Interceptor, StatusError } from "../../lib/testing/mod.ts";

/** Verbs that change something. */
const WRITES: readonly string[] = ["create", "update", "patch", "delete"];

/** Whether a request changes something. */
export function isWrite({ verb }: { readonly verb: string }): boolean {
  return WRITES.includes(verb);
}

/** Nobody answers, as Deno's `fetch` says it. */
export function unreachable(): TypeError {
  return new TypeError("error sending request: client error (Connect): tcp connect error: Connection refused");
}

/** The connection broke while the answer was awaited, as Deno's `fetch` says it. */
export function broken(): TypeError {
  return new TypeError("error sending request: client error (SendRequest): connection closed before message completed");
}

/** The API server says no. */
export function refusal(code: number, reason: string, message: string): StatusError {
  return new StatusError(code, reason, message);
}

/** Loses the answer of the first request that fits, after it was performed. */
export function loseAnswerOnce(fits: (request: InterceptedRequest) => boolean): Interceptor {
  let lost = false;
  return {
    after: (request) => {
      if (lost || !fits(request)) return;
      lost = true;
      throw broken();
    },
  };
}

/** A process that dies: from some moment on, nothing that its user asks reaches the API server. */
export class Crash implements Interceptor {
  #dead = false;
  #writes = 0;
  readonly #user: string;
  readonly #afterWrites: number;
  readonly #answerIsLost: boolean;

  /**
   * @param user Whose process it is.
   * @param afterWrites After how many writes it dies.
   * @param answerIsLost Whether it dies before it gets the last write's answer.
   */
  constructor(user: string, afterWrites: number, answerIsLost = false) {
    this.#user = user;
    this.#afterWrites = afterWrites;
    this.#answerIsLost = answerIsLost;
  }

  /** Whether it has died. */
  get isDead(): boolean {
    return this.#dead;
  }

  readonly before = (request: InterceptedRequest): void => {
    if (request.user !== this.#user) return;
    if (isWrite(request) && this.#writes >= this.#afterWrites) this.#dead = true;
    if (this.#dead) throw unreachable();
  };

  readonly after = (request: InterceptedRequest): void => {
    if (request.user !== this.#user || !isWrite(request)) return;
    this.#writes++;
    if (this.#writes < this.#afterWrites || !this.#answerIsLost) return;
    this.#dead = true;
    throw broken();
  };
}
