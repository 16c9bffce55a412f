/** The deadline of a request: it is aborted when the server is silent for too long, and when the watch is stopped. */

import type { Clock, Timer } from "../../time/mod.ts";
import { SilentConnectionError } from "../errors.ts";

/**
 * The end of a silence is listened to, in milliseconds: what came while this process was busy, or asleep, has to be read before
 * the silence counts. The timer of a silence and the bytes that would have ended it become due in the same turn of the event loop.
 */
const LISTENING = 1_000;

/** How often at most that is begun anew, as the process was busy again: one that always is must not be deaf to death. */
const MOST_LISTENED = 10;

/**
 * Watches over one request. Only time spent waiting for the server counts: neither a reader that is slow itself, nor a process
 * that was busy or asleep, is a reason to take the connection for dead.
 */
export class SilenceGuard {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #abort = new AbortController();
  readonly #onStop = (): void => this.close(this.#stop.reason);
  #limit: number;
  #timer: Timer | undefined;
  #waitingSince: number | undefined;
  /** When the timer is to fire. */
  #due = 0;
  /** How often the end of this silence has been listened to. */
  #listened = 0;

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
    this.beginWait();
    try {
      return await answer;
    } catch (error) {
      throw this.reasonOf(error);
    } finally {
      this.endWait();
    }
  }

  /** From now on the server is waited for, until {@link SilenceGuard.endWait}. */
  beginWait(): void {
    this.#waitingSince = this.#clock.monotonic();
    this.#listened = 0;
    // One timer serves many waits: setting one for each read would cost more than the read.
    if (!this.#timer && !this.signal.aborted) this.#setTimer(this.#waitingSince, this.#limit);
  }

  /** The server has answered. */
  endWait(): void {
    this.#waitingSince = undefined;
  }

  /** What has happened when this was thrown: a client that was aborted throws errors of its own making. */
  reasonOf(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
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
    const now = this.#clock.monotonic();
    const left = this.#waitingSince + this.#limit - now;
    const wasBusy = now - this.#due >= LISTENING && this.#listened < MOST_LISTENED;
    if (left > 0 || this.#listened === 0 || wasBusy) this.#setTimer(now, left);
    else this.close(new SilentConnectionError(this.#limit));
  };

  #setTimer(now: number, left: number): void {
    const listening = Math.min(LISTENING, this.#limit / 2);
    const isEnd = left <= listening;
    if (isEnd) this.#listened += 1;
    const delay = isEnd ? listening : left - listening;
    this.#due = now + delay;
    this.#timer = this.#clock.timer(delay, this.#onTimer);
  }
}
