/** The context that a step's function gets. */

import type { KubeObject, ReadApi, StatusOf } from "../model/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import type { Change } from "./change.ts";
import type { Stop, StopOptions } from "./stop.ts";

/** The context of every step: the object, and ways to read. Nothing in it can write. */
export interface StepContext<R extends KubeObject> {
  /** The object that the Run is about. Frozen; the same for all steps of a Run. */
  readonly object: R;
  /** Reads other objects. */
  readonly kube: ReadApi;
  /** The field manager of the Run's writes: the controller's name. */
  readonly fieldManager: string;
  /** When the Run began. Use it as the current time: it is the same for all steps of a Run. */
  readonly runStart: Date;
  /** Aborted at the step's timeout and at the end of a shutdown. Pass it to everything that the step awaits. */
  readonly signal: AbortSignal;
  /** A logger that adds the Run's fields: controller, key, run and step. */
  readonly log: Logger;
  /** Ends the Run without a change: `return stop({ reason: "not ready", requeueAfter: "30s" })`. */
  stop(options?: StopOptions): Stop;
}

/** The context of a step of `.change()`. */
export interface ChangeContext<R extends KubeObject> extends StepContext<R> {
  /**
   * A Change that makes the object's own status exactly this one. If it is already, nothing is written and the Run goes on with
   * the next step, so there is no need to compare first.
   */
  setStatus(status: StatusOf<R>): Change<R>;
}
