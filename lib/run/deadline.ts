/** The time that a step has, and the signal that tells its function when it is over. */

import { StepTimeoutError } from "../steps/mod.ts";
import { formatDuration } from "../time/mod.ts";
import type { Armed, Deadlines } from "./deadlines.ts";

/**
 * The time that one step has. Costs next to nothing for a step that returns at once: what it takes is made when first needed.
 */
export class Deadline {
  readonly #step: string;
  readonly #deadlines: Deadlines;
  #controller: AbortController | undefined;

  /** @param step The step's name. @param deadlines What bounds it. */
  constructor(step: string, deadlines: Deadlines) {
    this.#step = step;
    this.#deadlines = deadlines;
  }

  /** Aborted when the time is over or the Run is to end. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    const { signal } = this.#deadlines;
    if (signal.aborted && !this.#controller.signal.aborted) this.#controller.abort(signal.reason);
    return this.#controller.signal;
  }

  /**
   * Waits for work that has no effects: when the time is over, it is left to itself, and what it returns later is dropped.
   *
   * @throws {StepTimeoutError} If it takes too long.
   */
  race<T>(pending: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const armed = this.#arm((reason) => {
        this.#abort(reason);
        reject(reason);
      });
      // Not `pending.then`: what is no promise may resolve with what is not settled yet, or call back twice, or throw.
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
   * Waits for work that has effects until it has settled, also past its time: nothing of the object may begin while it may
   * still take effect. If it succeeds late, it has succeeded.
   *
   * @param start Begins the work, with the signal to be obeyed.
   * @param onOverdue Told when the time is over and the work has not settled, and again each time as long has passed.
   * @throws {StepTimeoutError} If it failed after its time; the cause is what it threw.
   */
  async settle<T>(start: (signal: AbortSignal) => Promise<T>, onOverdue: (reason: unknown) => void): Promise<T> {
    const { signal } = this;
    let armed: Armed;
    const overdue = (reason: unknown) => {
      const isOver = this.#deadlines.signal.aborted;
      // Not past the end of the Run: a timer would keep a process alive that has given the work up.
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
    return this.#deadlines.arm((ended) => onEnd(ended ?? this.#timeout()));
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
