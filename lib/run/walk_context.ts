/** The input of a walk, and the context of a step's function that is made from it. */

import type { KubeObject, ReadApi, StatusOf } from "../model/mod.ts";
import { Change, type ChangeContext, type Steps, stop } from "../steps/mod.ts";
import { type Logger, type RunObserver, withFields } from "../telemetry/mod.ts";
import type { Deadline } from "./deadline.ts";
import type { Deadlines } from "./deadlines.ts";

export interface WalkInput<R extends KubeObject> {
  readonly steps: Steps<R>;
  readonly object: R;
  readonly kube: ReadApi;
  readonly runStart: Date;
  /** The field manager of writes. */
  readonly fieldManager?: string;
  /** The logger with the Run's fields; made when it is first needed. */
  readonly log: () => Logger;
  readonly deadlines: Deadlines;
  /** The status change that the API server did not take over in an earlier Run, as `StatusDifference.text`. */
  readonly refusedStatus?: string | undefined;
  /** Observes the steps, for metrics and traces. */
  readonly observer?: RunObserver | undefined;
}

/** The context of one step. What few steps use is made when it is first used. */
export class WalkContext<R extends KubeObject> implements ChangeContext<R> {
  readonly object: R;
  readonly kube: ReadApi;
  readonly runStart: Date;
  readonly stop = stop;
  readonly setStatus: (status: StatusOf<R>) => Change<R> = setStatus;
  readonly #input: WalkInput<R>;
  readonly #step: string;
  readonly #deadline: Deadline;

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
