/**
 * The log: what anything that logs looks like, the default logger on `@std/log`, and what makes a logger never throw.
 *
 * @module
 */

export { carefulLogger, complaints } from "./careful_logger.ts";
export { formatJson, formatLine } from "./format.ts";
export { type LogFields, type Logger, type LogLevel, silentLogger, withFields } from "./logger.ts";
export { createLogger, type CreateLoggerOptions } from "./std_logger.ts";
