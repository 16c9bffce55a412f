/** The deadlines of all running steps, with one timer and one listener for all of them. */

import type { Clock, Timer } from "../time/mod.ts";

/** The limits of the steps of a Run. */
export interface Limits {
  readonly clock: Clock;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Milliseconds that each step may take. */
  readonly stepTimeout: number;
}

/** A deadline that has been set. */
export interface Armed {
  /** The step's name. */
  readonly step: string;
  readonly due: number;
  /** Called once: with the signal's reason, or with nothing when the time is over. */
  readonly onEnd: (reason?: unknown) => void;
}

/** Deadlines of equal length, so that they are due in the order in which they were set. */
export class Deadlines implements Disposable {
  readonly #limits: Limits;
  /** In the order in which they are due. */
  readonly #armed = new Set<Armed>();
  readonly #onAbort = () => this.#endAll(this.signal.reason);
  #timer: Timer | undefined;
  #isListening = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get signal(): AbortSignal {
    return this.#limits.signal;
  }

  get stepTimeout(): number {
    return this.#limits.stepTimeout;
  }

  /** The names of the steps that are under way. */
  get steps(): string[] {
    return Array.from(this.#armed, ({ step }) => step);
  }

  /**
   * Sets a deadline.
   *
   * @param step The step's name.
   * @param onEnd Called when the time is over or the signal is aborted; at once if it is aborted already.
   */
  arm(step: string, onEnd: Armed["onEnd"]): Armed {
    const { clock, signal, stepTimeout } = this.#limits;
    const armed = { step, due: clock.monotonic() + stepTimeout, onEnd };
    if (signal.aborted) {
      onEnd(signal.reason);
      return armed;
    }
    this.#armed.add(armed);
    this.#timer ??= clock.timer(stepTimeout, () => this.#endDue());
    if (!this.#isListening) signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#isListening = true;
    return armed;
  }

  /** Cancels a deadline. The timer stays and is set again when it fires: cheaper than one timer per step. */
  disarm(armed: Armed): void {
    this.#armed.delete(armed);
  }

  /** Cancels the timer and removes the listener. To be called when no step is running any more. */
  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.signal.removeEventListener("abort", this.#onAbort);
    this.#isListening = false;
  }

  #endDue(): void {
    const now = this.#limits.clock.monotonic();
    const due: Armed[] = [];
    this.#timer = undefined;
    for (const armed of this.#armed) {
      if (armed.due > now) {
        this.#timer = this.#limits.clock.timer(armed.due - now, () => this.#endDue());
        break;
      }
      due.push(armed);
      this.#armed.delete(armed);
    }
    for (const { onEnd } of due) onEnd();
  }

  #endAll(reason: unknown): void {
    this[Symbol.dispose]();
    const ended = [...this.#armed];
    this.#armed.clear();
    for (const { onEnd } of ended) onEnd(reason);
  }
}
