/** A logger whose lines carry the id of the trace. */

import { type LogFields, type Logger, withFields } from "./logger.ts";
import type { RunTrace } from "./tracing.ts";

/**
 * Adds fields to each line of a Run, and `trace`, the id of its trace. A Run that has something to tell whoever operates is
 * traced; what is for whoever develops leaves that open.
 *
 * @param logger Where the lines go. @param fields What each carries. @param trace The trace; `undefined` when nobody traces.
 */
export function tracedLogger(logger: Logger, fields: LogFields, trace: RunTrace | undefined): Logger {
  if (!trace) return withFields(logger, fields);
  const told = (more?: LogFields) => {
    try {
      trace.openSpan();
    } catch {
      // A line is not lost by it; whoever ends the trace of the Run runs into the same, and tells of it.
    }
    return { ...fields, trace: trace.id, ...more };
  };
  return {
    debug: (message, more) => logger.debug(message, { ...fields, trace: trace.id, ...more }),
    info: (message, more) => logger.info(message, told(more)),
    warn: (message, more) => logger.warn(message, told(more)),
    error: (message, more) => logger.error(message, told(more)),
    enabled: (level) => logger.enabled?.(level) ?? true,
  };
}
