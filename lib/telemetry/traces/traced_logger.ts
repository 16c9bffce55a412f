/** A logger whose lines carry the id of the trace. */

import { type LogFields, type Logger, withFields } from "../log/mod.ts";
import type { RunTrace } from "./run_trace.ts";

/**
 * Adds fields to each line of a Run, and `trace`, the id of its trace. A Run that has something to tell whoever operates is
 * traced; what is for whoever develops leaves that open.
 *
 * @param logger Where the lines go. @param fields What each carries. @param trace The trace; `undefined` when nobody traces.
 */
export function tracedLogger(logger: Logger, fields: LogFields, trace: RunTrace | undefined): Logger {
  if (!trace) return withFields(logger, fields);
  return withFields(logger, (level) => {
    try {
      if (level !== "debug") trace.openSpan();
    } catch {
      // A line is not lost by it; whoever ends the trace of the Run runs into the same, and tells of it.
    }
    return { ...fields, trace: trace.id };
  });
}
