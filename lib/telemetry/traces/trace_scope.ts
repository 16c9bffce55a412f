/** Where Runs follow one another: the context that is active in all of them. */

import type { Context } from "@opentelemetry/api";
import { withContext } from "../open_telemetry.ts";
import { EMPTY_CONTEXT, lazyContext, type SpanMaker } from "./contexts.ts";

/**
 * A worker's Runs, one after the other, in one context: what is called belongs to the Run that is under way. To enter a context
 * costs Deno more than a Run that finds nothing to do, so it is entered once, and not for each of them. What a step leaves behind
 * without waiting for it belongs to whatever Run is under way when it calls somebody.
 */
export class TraceScope {
  /** What makes the span of the Run that is under way, if that is traced. */
  current: SpanMaker | undefined;
  /** What the Runs are a part of. */
  readonly surroundings: Context;
  /** The context. */
  readonly context: Context;

  /** @param surroundings What the Runs are a part of: of nothing, by default, whoever it was that woke their objects. */
  constructor(surroundings = EMPTY_CONTEXT) {
    this.surroundings = surroundings;
    this.context = lazyContext(surroundings, () => this.current);
  }

  /** Calls whatever makes the Runs. */
  within<T>(work: () => T): T {
    return withContext(this.context, work);
  }
}
