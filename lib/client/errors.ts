/** The error of the typed client; what the API server refuses is told by `ApiError`. */

import type { KubeObject } from "../model/mod.ts";

/** What a {@link WaitError} knows besides the text. */
export interface WaitErrorOptions extends ErrorOptions {
  /** The object, as it was last; `undefined` when there was none. */
  object?: KubeObject | undefined;
}

/** What was waited for did not come in time. */
export class WaitError extends Error {
  /** Tells the class from others. */
  override readonly name = "WaitError";
  /** The object, as it was last, in full; `undefined` when there was none. */
  readonly object: KubeObject | undefined;

  /**
   * An error for a wait in vain.
   *
   * @param message What was waited for, how long, and what there is instead.
   * @param options The object, and the cause.
   */
  constructor(message: string, options: WaitErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.object = options.object;
  }
}
