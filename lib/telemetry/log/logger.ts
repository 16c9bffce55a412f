/** The logger: four levels, a text and fields. */

/** Facts that go with a log line. Keep the values short and never secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Anything that can log. Pass your own as `logger`; the default writes through `@std/log`. */
export interface Logger {
  /** For whoever develops: every Run, every request. */
  debug(message: string, fields?: LogFields): void;
  /** For whoever operates: what changed. */
  info(message: string, fields?: LogFields): void;
  /** Something went wrong and is being tried again. */
  warn(message: string, fields?: LogFields): void;
  /** Something went wrong and needs a person. */
  error(message: string, fields?: LogFields): void;
  /** Whether lines of a level are written at all, so that those that are not need not be put together; without it, all are. */
  enabled?(level: LogLevel): boolean;
  /** Writes what is kept back, if anything is. Asked for when all has stopped. */
  flush?(): void;
}

/** The levels of a log, least first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A logger that says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A logger that adds fields to every line; a line's own fields win.
 *
 * @param logger Where the lines go. @param fields What is added; as a function, asked for at each line.
 */
export function withFields(logger: Logger, fields: LogFields | ((level: LogLevel) => LogFields)): Logger {
  const added = typeof fields === "function" ? fields : () => fields;
  const say = (level: LogLevel) => (message: string, more?: LogFields) =>
    logger[level](message, { ...added(level), ...more });
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    enabled: (level) => logger.enabled?.(level) ?? true,
  };
}
