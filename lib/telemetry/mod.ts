/**
 * What the module says of itself: the logger, and the names of log fields.
 *
 * A leaf: imports nothing from the other rooms.
 *
 * @module
 */

export { formatLine } from "./format.ts";
export { type LogFields, type Logger, silentLogger, withFields } from "./logger.ts";
export { createLogger, type CreateLoggerOptions } from "./std_logger.ts";
