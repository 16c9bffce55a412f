/** The logger. */

import type { ConsoleHandler } from "./handlers.ts";
import { getLevelByName, getLevelName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import { LogRecord } from "./record.ts";

// deno-lint-ignore no-explicit-any -- as in the package: any function
type GenericFunction = (...args: any[]) => any;

/** A text, a value that becomes one, or a function that returns one if the line is enabled. */
type Message<T> = (T extends GenericFunction ? never : T) | (() => T);

/** Options of {@link Logger}. */
export interface LoggerOptions {
  handlers?: ConsoleHandler[];
}

/** Passes lines of its level and above to its handlers. */
export class Logger {
  level: LogLevel;
  handlers: ConsoleHandler[];
  readonly loggerName: string;

  constructor(loggerName: string, levelName: LevelName, options: LoggerOptions = {}) {
    this.loggerName = loggerName;
    this.level = getLevelByName(levelName);
    this.handlers = options.handlers ?? [];
  }

  get levelName(): LevelName {
    return getLevelName(this.level);
  }
  set levelName(levelName: LevelName) {
    this.level = getLevelByName(levelName);
  }

  debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
  debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  debug<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  info<T>(msg: () => T, ...args: unknown[]): T | undefined;
  info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  info<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.INFO, msg, args);
  }

  warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
  warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  warn<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.WARN, msg, args);
  }

  error<T>(msg: () => T, ...args: unknown[]): T | undefined;
  error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  error<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  #log<T>(level: LogLevel, msg: Message<T>, args: unknown[]): T | undefined {
    const isWanted = this.level <= level;
    if (msg instanceof Function && !isWanted) return undefined;
    const value = msg instanceof Function ? msg() as T : msg as T;
    if (isWanted) {
      const record = new LogRecord({ msg: asText(value), args, level, loggerName: this.loggerName });
      for (const handler of this.handlers) handler.handle(record);
    }
    return value;
  }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
