/** The default logger, on `@std/log`. */

import { ConsoleHandler, type LevelName, Logger as StdLogger, type LogRecord } from "@std/log";
import { formatLine } from "./format.ts";
import type { LogFields, Logger } from "./logger.ts";

/** Options of {@link createLogger}. */
export interface CreateLoggerOptions {
  /**
   * The lowest level that is written.
   * @default {"info"}
   */
  level?: "debug" | "info" | "warn" | "error";
}

/**
 * A logger that writes one line an event to the console, by `@std/log`. `serveController` uses one when it is given none.
 *
 * @example Usage
 * ```ts
 * import { createLogger } from "@staircase/operator";
 *
 * createLogger({ level: "debug" }).debug("an event", { controller: "foo", key: "default/a" });
 * ```
 */
export function createLogger(options: CreateLoggerOptions = {}): Logger {
  const { level = "info" } = options;
  const levelName = level.toUpperCase() as LevelName;
  const std = new StdLogger("staircase", levelName, {
    handlers: [new ConsoleHandler(levelName, { formatter: formatRecord, useColors: false })],
  });
  return {
    debug: (message, fields) => void std.debug(message, fields),
    info: (message, fields) => void std.info(message, fields),
    warn: (message, fields) => void std.warn(message, fields),
    error: (message, fields) => void std.error(message, fields),
  };
}

function formatRecord({ datetime, levelName, msg, args }: LogRecord): string {
  return formatLine(datetime, levelName, msg, args[0] as LogFields | undefined);
}
