/** A log line before it is formatted. */

import { getLevelName, type LogLevel } from "./levels.ts";

/** The parts of a {@link LogRecord}. */
export interface LogRecordOptions {
  msg: string;
  args: unknown[];
  level: LogLevel;
  loggerName: string;
}

/** A log line before it is formatted. */
export class LogRecord {
  readonly msg: string;
  readonly args: unknown[];
  readonly datetime: Date = new Date();
  readonly level: number;
  readonly levelName: string;
  readonly loggerName: string;

  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.args = [...options.args];
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
  }
}

/** Formats a record as text. */
export type FormatterFunction = (logRecord: LogRecord) => string;
