/** The deadlines of all steps that are under way: one timer and one listener, however many they are. */

import type { Clock, Timer } from "../time/mod.ts";

/** What bounds the steps of a Run. */
export interface Limits {
  readonly clock: Clock;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Milliseconds that each step may take. */
  readonly stepTimeout: number;
}

/** Something that has until a time. */
export interface Armed {
  readonly due: number;
  /** Told once: of the reason of the signal, or of nothing when the time is over. */
  readonly onEnd: (reason?: unknown) => void;
}

/** Deadlines that are all equally far away, so that the one that was set first is due first. */
export class Deadlines implements Disposable {
  readonly #limits: Limits;
  /** In the order in which they are due. */
  readonly #armed = new Set<Armed>();
  readonly #onAbort = () => this.#endAll(this.signal.reason);
  #timer: Timer | undefined;
  #isListening = false;

  /** @param limits What bounds the steps. */
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Aborted at the end of a shutdown. */
  get signal(): AbortSignal {
    return this.#limits.signal;
  }

  /** Milliseconds that each step may take. */
  get stepTimeout(): number {
    return this.#limits.stepTimeout;
  }

  /**
   * Sets a deadline.
   *
   * @param onEnd Told when the time is over, or the signal is aborted; at once, when it is already.
   */
  arm(onEnd: Armed["onEnd"]): Armed {
    const { clock, signal, stepTimeout } = this.#limits;
    const armed = { due: clock.monotonic() + stepTimeout, onEnd };
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

  /** Takes a deadline back. The timer stays: it is looked at again when it fires, which costs less than to set one a step. */
  disarm(armed: Armed): void {
    this.#armed.delete(armed);
  }

  /** Lets timer and listener go, when no step is under way any more. */
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
