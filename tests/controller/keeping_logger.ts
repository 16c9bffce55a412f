/** A logger that keeps its lines. */

import type { LogFields, Logger } from "../../mod.ts";

/** One line. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps all lines. */
export class KeepingLogger implements Logger {
  /** All lines, in order. */
  readonly entries: LogEntry[] = [];

  debug(message: string, fields: LogFields = {}): void {
    this.entries.push({ level: "debug", message, fields });
  }
  info(message: string, fields: LogFields = {}): void {
    this.entries.push({ level: "info", message, fields });
  }
  warn(message: string, fields: LogFields = {}): void {
    this.entries.push({ level: "warn", message, fields });
  }
  error(message: string, fields: LogFields = {}): void {
    this.entries.push({ level: "error", message, fields });
  }

  /** The lines of some levels, as texts. */
  at(...levels: (keyof Logger)[]): string[] {
    return this.entries.filter(({ level }) => levels.includes(level)).map(({ message }) => message);
  }

  /** The lines whose message holds a text. */
  saying(text: string): LogEntry[] {
    return this.entries.filter(({ message }) => message.includes(text));
  }

  /** All that was written, fields included. */
  get text(): string {
    return this.entries.map(({ level, message, fields }) => `${level} ${message} ${JSON.stringify(fields)}`).join("\n");
  }
}
