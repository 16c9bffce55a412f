/** What a step's function is given. */

import type { KubeObject, ReadApi, StatusOf } from "../model/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import type { Change } from "./change.ts";
import type { Stop, StopOptions } from "./stop.ts";

/** What every step is given: the object, and ways to look. Nothing in it can write. */
export interface StepContext<R extends KubeObject> {
  /** The object that the Run is about. Frozen; the same for all steps of a Run. */
  readonly object: R;
  /** Reads other objects. */
  readonly kube: ReadApi;
  /** Who the API server notes as the manager of the fields that the Run writes: the controller's name. */
  readonly fieldManager: string;
  /** When the Run began: one time reference for all its steps. */
  readonly runStart: Date;
  /** Aborted at the step's timeout, and at the end of a shutdown. Pass it on to whatever waits. */
  readonly signal: AbortSignal;
  /** Logs with the Run's fields: controller, key, run and step. */
  readonly log: Logger;
  /** Ends the Run without a change: `return stop({ reason: "not ready", requeueAfter: "30s" })`. */
  stop(options?: StopOptions): Stop;
}

/** What a step of `.change()` is given besides. */
export interface ChangeContext<R extends KubeObject> extends StepContext<R> {
  /**
   * Asks for the object's own status to become exactly this one. When it is that already, nothing is written and the
   * walk goes on: no comparison of one's own is needed.
   */
  setStatus(status: StatusOf<R>): Change<R>;
}
