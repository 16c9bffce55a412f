/** The default logger, on `@std/log`. */

import { type LevelName, Logger as StdLogger } from "@std/log";
import { BatchedConsole } from "./batched_console.ts";
import { formatJson, formatLine } from "./format.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";

/** Options of {@link createLogger}. */
export interface CreateLoggerOptions {
  /**
   * The lowest level that is written.
   * @default {"info"}
   */
  level?: LogLevel;
  /**
   * How a line is written: as text for people, or as a JSON object for programs.
   * @default {"text" when the standard output is a terminal, else "json"}
   */
  format?: "text" | "json";
}

/**
 * A logger that writes one line an event to the console, by `@std/log`. `serveController` uses one when it is given none.
 * Lines of `debug` and `info` are written together every 20 ms; those of `warn` and `error` at once, with what came before.
 *
 * Every line of a Run has the fields `controller`, `key` and `run`, the Run's id; every line that is about a step, `step`;
 * and when the Run is traced, `trace`, the id of its trace.
 *
 * - `error`: it does not get better by itself. A Run that is not tried again; a watch that cannot go on.
 * - `warn`: it went wrong and is tried again, or was let go. A Run that failed, a watch in trouble.
 * - `info`: something is different now. A change, a new reason to wait, the begin and the end of the process.
 * - `debug`: all else. Runs that found nothing to do, states of watches.
 *
 * @example Usage
 * ```ts
 * import { createLogger } from "@staircase/operator";
 *
 * const logger = createLogger({ level: "debug", format: "json" });
 * logger.debug("an event", { controller: "foo", key: "default/a" });
 * logger.flush?.(); // not needed: it would be written within 20 ms, or at the end of the process
 * ```
 */
export function createLogger(options: CreateLoggerOptions = {}): Logger {
  const { level = "info", format = Deno.stdout.isTerminal() ? "text" : "json" } = options;
  const levelName = level.toUpperCase() as LevelName;
  const lineOf = format === "text" ? formatLine : formatJson;
  const handler = new BatchedConsole(
    levelName,
    ({ datetime, levelName, msg, args }) => lineOf(datetime, levelName, msg, args[0] as LogFields | undefined),
  );
  const std = new StdLogger("staircase", levelName, { handlers: [handler] });
  return {
    debug: (message, fields) => void std.debug(message, fields),
    info: (message, fields) => void std.info(message, fields),
    warn: (message, fields) => void std.warn(message, fields),
    error: (message, fields) => void std.error(message, fields),
    enabled: (asked) => LEVELS.indexOf(asked) >= LEVELS.indexOf(level),
    flush: () => handler.flush(),
  };
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
