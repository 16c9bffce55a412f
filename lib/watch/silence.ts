/** The deadline of a request: it is aborted when the server is silent for too long, and when the watch is stopped. */

import type { Clock, Timer } from "../time/mod.ts";
import { SilentConnectionError } from "./errors.ts";

/**
 * Watches over one request. Only time spent waiting for the server counts: a reader that is slow itself is no reason to
 * take the connection for dead.
 */
export class SilenceGuard {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #abort = new AbortController();
  readonly #onStop = (): void => this.close(this.#stop.reason);
  #limit: number;
  #timer: Timer | undefined;
  #waitingSince: number | undefined;

  /**
   * @param clock Measures the silence.
   * @param limit How long the server may be silent, in milliseconds.
   * @param stop Aborts the request too.
   */
  constructor(clock: Clock, limit: number, stop: AbortSignal) {
    this.#clock = clock;
    this.#limit = limit;
    this.#stop = stop;
    if (stop.aborted) this.#abort.abort(stop.reason);
    stop.addEventListener("abort", this.#onStop, { once: true });
  }

  /** Aborted, with the reason, when the request is to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From the next wait on, the server may be silent for this long, in milliseconds. */
  tolerate(limit: number): void {
    this.#limit = limit;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Waits for the server.
   *
   * @throws The reason, when the request is to end.
   */
  async wait<R>(answer: Promise<R>): Promise<R> {
    this.#waitingSince = this.#clock.monotonic();
    // One timer serves many waits: setting one for each read would cost more than the read.
    if (!this.signal.aborted) this.#timer ??= this.#clock.timer(this.#limit, this.#onTimer);
    try {
      return await answer;
    } catch (error) {
      // A client that was aborted throws errors of its own making; the reason is what happened.
      throw this.signal.aborted ? this.signal.reason : error;
    } finally {
      this.#waitingSince = undefined;
    }
  }

  /** Ends the request, if it has not ended. Nothing is left behind. */
  close(reason: unknown): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stop.removeEventListener("abort", this.#onStop);
    this.#abort.abort(reason);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#waitingSince === undefined) return;
    const left = this.#waitingSince + this.#limit - this.#clock.monotonic();
    if (left > 0) this.#timer = this.#clock.timer(left, this.#onTimer);
    else this.close(new SilentConnectionError(this.#limit));
  };
}
