/** The time limit of one step, and the signal that its function gets. */

import { StepTimeoutError } from "../steps/mod.ts";
import { formatDuration } from "../time/mod.ts";
import type { Armed, Deadlines } from "./deadlines.ts";

/**
 * The time limit of one step. Timer and signal are created when they are first needed, so it costs almost nothing for a step
 * that returns at once.
 */
export class Deadline {
  readonly #step: string;
  readonly #deadlines: Deadlines;
  #controller: AbortController | undefined;

  constructor(step: string, deadlines: Deadlines) {
    this.#step = step;
    this.#deadlines = deadlines;
  }

  /** Aborted when the time is over, or when the Run must end. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    const { signal } = this.#deadlines;
    if (signal.aborted && !this.#controller.signal.aborted) this.#controller.abort(signal.reason);
    return this.#controller.signal;
  }

  /**
   * Waits for work without effects. When the time is over, it is no longer awaited, and what it returns later is dropped.
   *
   * @throws {StepTimeoutError} If it takes too long.
   */
  race<T>(pending: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const armed = this.#arm((reason) => {
        this.#abort(reason);
        reject(reason);
      });
      // Not `pending.then`: that of a thenable may throw, call back twice, or resolve with another pending promise.
      Promise.resolve(pending).then((value) => {
        this.#deadlines.disarm(armed);
        resolve(value);
      }, (error) => {
        this.#deadlines.disarm(armed);
        reject(error);
      });
    });
  }

  /**
   * Waits for work with effects until it has settled, even after its time is over: no other Run of the object may begin while
   * the work may still take effect. If it succeeds late, it counts as success.
   *
   * @param start Begins the work, with the signal to obey.
   * @param onOverdue Called when the time is over and the work has not settled, and again after each further `stepTimeout`.
   * @throws {StepTimeoutError} If the work fails after its time; the cause is what it threw.
   */
  async settle<T>(start: (signal: AbortSignal) => Promise<T>, onOverdue: (reason: unknown) => void): Promise<T> {
    const { signal } = this;
    let armed: Armed;
    const overdue = (reason: unknown) => {
      const isOver = this.#deadlines.signal.aborted;
      // No timer after the end of a shutdown: it would keep the process alive.
      if (isOver && signal.aborted) return;
      if (!signal.aborted) this.#abort(reason);
      onOverdue(signal.reason);
      if (!isOver) armed = this.#arm(overdue);
    };
    armed = this.#arm(overdue);
    try {
      return await start(signal);
    } catch (error) {
      throw signal.aborted && error !== signal.reason ? late(signal.reason, error) : error;
    } finally {
      this.#deadlines.disarm(armed);
    }
  }

  #abort(reason: unknown): void {
    (this.#controller ??= new AbortController()).abort(reason);
  }

  #arm(onEnd: (reason: unknown) => void): Armed {
    return this.#deadlines.arm(this.#step, (ended) => onEnd(ended ?? this.#timeout()));
  }

  #timeout(): StepTimeoutError {
    const { stepTimeout } = this.#deadlines;
    return new StepTimeoutError(
      `Cannot finish step "${this.#step}" as it takes longer than stepTimeout: current value is ${
        formatDuration(stepTimeout)
      }`,
    );
  }
}

function late(reason: unknown, cause: unknown): unknown {
  return reason instanceof StepTimeoutError ? new StepTimeoutError(reason.message, { cause }) : reason;
}
