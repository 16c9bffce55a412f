/** Handlers that write log lines. */

import { getLevelByName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import type { FormatterFunction, LogRecord } from "./record.ts";

/** Options of {@link ConsoleHandler}. */
export interface ConsoleHandlerOptions {
  formatter?: FormatterFunction;
  useColors?: boolean;
}

/** The terminal codes that begin and end the colour of a level. */
const COLOURS: Readonly<Record<number, readonly [begin: string, end: string]>> = {
  [LogLevels.INFO]: ["\x1b[34m", "\x1b[39m"],
  [LogLevels.WARN]: ["\x1b[33m", "\x1b[39m"],
  [LogLevels.ERROR]: ["\x1b[31m", "\x1b[39m"],
  [LogLevels.CRITICAL]: ["\x1b[1m\x1b[31m", "\x1b[39m\x1b[22m"],
};

/** Writes records of its level and above to the console, by default coloured. */
export class ConsoleHandler {
  level: LogLevel;
  formatter: FormatterFunction;
  readonly #useColors: boolean;

  constructor(levelName: LevelName, options: ConsoleHandlerOptions = {}) {
    this.level = getLevelByName(levelName);
    this.formatter = options.formatter ?? ((record) => `${record.levelName} ${record.msg}`);
    this.#useColors = (options.useColors ?? true) && !Deno.noColor;
  }

  handle(logRecord: LogRecord): void {
    if (this.level <= logRecord.level) this.log(this.format(logRecord));
  }

  format(logRecord: LogRecord): string {
    const [begin, end] = (this.#useColors && COLOURS[logRecord.level]) || ["", ""];
    return begin + this.formatter(logRecord) + end;
  }

  log(msg: string): void {
    // deno-lint-ignore no-console -- this is what the handler is for
    console.log(msg);
  }
}
