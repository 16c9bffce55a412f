/** What the steps of a Run are given, and what each step's function is given of it. */

import type { KubeObject, ReadApi, StatusOf } from "../model/mod.ts";
import { Change, type ChangeContext, type Steps, stop } from "../steps/mod.ts";
import { type Logger, type RunObserver, withFields } from "../telemetry/mod.ts";
import type { Deadline } from "./deadline.ts";
import type { Deadlines } from "./deadlines.ts";

/** What the steps of one Run are given. */
export interface WalkInput<R extends KubeObject> {
  readonly steps: Steps<R>;
  readonly object: R;
  readonly kube: ReadApi;
  readonly runStart: Date;
  /** Who the API server notes as the manager of what is written. */
  readonly fieldManager?: string;
  /** Logs with the Run's fields; made when it is first needed. */
  readonly log: () => Logger;
  readonly deadlines: Deadlines;
  /** What the API server has been asked to change of the object's status in vain: see `StatusDifference`. */
  readonly refusedStatus?: string | undefined;
  /** Told of the steps, for metrics and traces. */
  readonly observer?: RunObserver | undefined;
}

/** One step's context. What few steps ask for is made when it is asked for. */
export class WalkContext<R extends KubeObject> implements ChangeContext<R> {
  readonly object: R;
  readonly kube: ReadApi;
  readonly runStart: Date;
  readonly stop = stop;
  readonly setStatus: (status: StatusOf<R>) => Change<R> = setStatus;
  readonly #input: WalkInput<R>;
  readonly #step: string;
  readonly #deadline: Deadline;

  /**
   * @param input What the Run gives to its steps.
   * @param step The step's name.
   * @param deadline The time that it has.
   */
  constructor(input: WalkInput<R>, step: string, deadline: Deadline) {
    this.object = input.object;
    this.kube = input.kube;
    this.runStart = input.runStart;
    this.#input = input;
    this.#step = step;
    this.#deadline = deadline;
  }

  get fieldManager(): string {
    return this.#input.fieldManager ?? "";
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  get log(): Logger {
    return withFields(this.#input.log(), { step: this.#step });
  }
}

function setStatus<R extends KubeObject>(status: StatusOf<R>): Change<R> {
  return new Change({ verb: "setStatus", status });
}
