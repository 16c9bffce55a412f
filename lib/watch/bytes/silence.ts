/** Aborts a request when the server is silent for too long, or when the watch is stopped. */

import type { Clock, Timer } from "../../time/mod.ts";
import { SilentConnectionError } from "../errors.ts";

/**
 * The last part of a wait, in milliseconds, gets a timer of its own. If this process was busy or asleep, the timer and bytes
 * that have arrived meanwhile become due in the same turn of the event loop; the final wait lets the bytes be read first.
 */
const FINAL_WAIT = 1_000;

/**
 * How often the final wait is repeated at most because the process was busy again: even a busy process must notice a dead
 * connection.
 */
const MOST_FINAL_WAITS = 10;

/**
 * Guards one request. Only time spent waiting for the server counts: a slow reader, or a process that was busy or asleep, does
 * not make the connection count as dead (tested by `tests/watch/busy_test.ts` and `tests/watch/stream_test.ts`).
 */
export class SilenceGuard {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #abort = new AbortController();
  readonly #onStop = (): void => this.close(this.#stop.reason);
  #limit: number;
  #timer: Timer | undefined;
  #waitingSince: number | undefined;
  /** When the timer should fire. */
  #due = 0;
  /** How many final waits this silence has had. */
  #finalWaits = 0;

  /**
   * @param clock Measures the silence.
   * @param limit How long the server may be silent, in milliseconds.
   * @param stop Also aborts the request.
   */
  constructor(clock: Clock, limit: number, stop: AbortSignal) {
    this.#clock = clock;
    this.#limit = limit;
    this.#stop = stop;
    if (stop.aborted) this.#abort.abort(stop.reason);
    stop.addEventListener("abort", this.#onStop, { once: true });
  }

  /** Aborted with the reason when the request must end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Sets how long the server may be silent, in milliseconds, from the next wait on. */
  tolerate(limit: number): void {
    this.#limit = limit;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Waits for the server's answer.
   *
   * @throws The reason of the abort, if the request was aborted.
   */
  async wait<R>(answer: Promise<R>): Promise<R> {
    this.beginWait();
    try {
      return await answer;
    } catch (error) {
      throw this.reasonOf(error);
    } finally {
      this.endWait();
    }
  }

  /** Starts to count silence, until {@link SilenceGuard.endWait}. */
  beginWait(): void {
    this.#waitingSince = this.#clock.monotonic();
    this.#finalWaits = 0;
    // One timer serves many waits: a timer for each read would cost more than the read.
    if (!this.#timer && !this.signal.aborted) this.#setTimer(this.#waitingSince, this.#limit);
  }

  /** Stops counting: the server has answered. */
  endWait(): void {
    this.#waitingSince = undefined;
  }

  /** The abort's reason if the request was aborted, else the error: an aborted client throws errors of its own. */
  reasonOf(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
  }

  /** Aborts the request, and removes timer and listener. */
  close(reason: unknown): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stop.removeEventListener("abort", this.#onStop);
    this.#abort.abort(reason);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#waitingSince === undefined) return;
    const now = this.#clock.monotonic();
    const left = this.#waitingSince + this.#limit - now;
    const wasBusy = now - this.#due >= FINAL_WAIT && this.#finalWaits < MOST_FINAL_WAITS;
    if (left > 0 || this.#finalWaits === 0 || wasBusy) this.#setTimer(now, left);
    else this.close(new SilentConnectionError(this.#limit));
  };

  #setTimer(now: number, left: number): void {
    const finalWait = Math.min(FINAL_WAIT, this.#limit / 2);
    const isEnd = left <= finalWait;
    if (isEnd) this.#finalWaits += 1;
    const delay = isEnd ? finalWait : left - finalWait;
    this.#due = now + delay;
    this.#timer = this.#clock.timer(delay, this.#onTimer);
  }
}
