/** The time that a step has: its timer, and the signal that tells its function. */

import { type Clock, formatDuration, sleep } from "../time/mod.ts";
import { StepTimeoutError } from "../steps/mod.ts";

/** What bounds the steps of a Run. */
export interface Limits {
  readonly clock: Clock;
  /** Aborted at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Milliseconds that each step may take. */
  readonly stepTimeout: number;
}

/**
 * The time that one step has. Costs nothing for a step that returns at once: timer and signal are made when first needed.
 */
export class Deadline {
  readonly #step: string;
  readonly #limits: Limits;
  #controller: AbortController | undefined;

  /** @param step The step's name. @param limits What bounds it. */
  constructor(step: string, limits: Limits) {
    this.#step = step;
    this.#limits = limits;
  }

  /** Aborted when the time is over or the Run is to end. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    const { signal } = this.#limits;
    if (signal.aborted && !this.#controller.signal.aborted) this.#controller.abort(signal.reason);
    return this.#controller.signal;
  }

  /**
   * Waits for work that has no effects: when the time is over, it is left to itself, and what it returns later is dropped.
   *
   * @throws {StepTimeoutError} If it takes too long.
   */
  race<T>(pending: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const disarm = this.#arm(reject);
      pending.then(resolve, reject).finally(disarm);
    });
  }

  /**
   * Waits for work that has effects until it has settled, also past its time: nothing of the object may begin while it may
   * still take effect. If it succeeds late, it has succeeded.
   *
   * @param start Begins the work, with the signal to be obeyed.
   * @param onOverdue Told when the time is over and the work has not settled, and again each time as long has passed.
   * @throws {StepTimeoutError} If it failed after its time; the cause is what it threw.
   */
  async settle<T>(start: (signal: AbortSignal) => Promise<T>, onOverdue: (reason: unknown) => void): Promise<T> {
    const { signal } = this;
    const settled = new AbortController();
    const disarm = this.#arm((reason) => this.#remind(reason, onOverdue, settled.signal));
    try {
      return await start(signal);
    } catch (error) {
      throw signal.aborted && error !== signal.reason ? overdue(signal.reason, error) : error;
    } finally {
      disarm();
      settled.abort();
    }
  }

  /** Not past the end of the Run: a timer would keep a process alive that has given the work up. */
  #remind(reason: unknown, onOverdue: (reason: unknown) => void, settled: AbortSignal): void {
    const { clock, signal, stepTimeout } = this.#limits;
    onOverdue(reason);
    sleep(clock, stepTimeout, AbortSignal.any([signal, settled]))
      .then(() => this.#remind(reason, onOverdue, settled), () => {});
  }

  /** Starts the timer and listens for the end of the Run; whichever comes first aborts the signal and calls `onEnd`. */
  #arm(onEnd: (reason: unknown) => void): () => void {
    const { clock, signal, stepTimeout } = this.#limits;
    const end = (reason: unknown) => {
      disarm();
      (this.#controller ??= new AbortController()).abort(reason);
      onEnd(reason);
    };
    const onAbort = () => end(signal.reason);
    const timer = clock.timer(stepTimeout, () => end(this.#timeout()));
    const disarm = () => {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    return disarm;
  }

  #timeout(): StepTimeoutError {
    const { stepTimeout } = this.#limits;
    return new StepTimeoutError(
      `Cannot finish step "${this.#step}" as it takes longer than stepTimeout: current value is ${
        formatDuration(stepTimeout)
      }`,
    );
  }
}

function overdue(reason: unknown, cause: unknown): unknown {
  return reason instanceof StepTimeoutError ? new StepTimeoutError(reason.message, { cause }) : reason;
}
