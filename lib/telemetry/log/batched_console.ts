/** Writes lines to the console, several at a time. */

import { ConsoleHandler, type LevelName, type LogRecord } from "@std/log";
import { onProcessEnd } from "../process_end.ts";

/**
 * How long a line may be kept back, in milliseconds. A write to a pipe takes the whole process's time until whoever reads it
 * keeps up: one write for each of the lines of a busy moment was a quarter of the time of a fleet that converges.
 */
const LONGEST_WAIT = 20;

/** How many lines are kept back at most. */
const MOST_LINES = 256;

/** Lines of these levels, and all before them, are written at once. */
const URGENT: ReadonlySet<string> = new Set<LevelName>(["WARN", "ERROR", "CRITICAL"]);

/**
 * Lines below `WARN` are kept back for a moment and written together; a line from `WARN` on takes them along at once. Nothing is
 * lost when the process ends, or dies of an error; by SIGKILL, what is younger than 20 ms.
 */
export class BatchedConsole extends ConsoleHandler {
  readonly #flush = () => this.flush();
  #lines: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forgetEnd: (() => void) | undefined;

  /** @param levelName The lowest level that is written. @param formatter Makes a line. */
  constructor(levelName: LevelName, formatter: (record: LogRecord) => string) {
    super(levelName, { formatter, useColors: false });
  }

  /** Takes a record. */
  override handle(record: LogRecord): void {
    super.handle(record);
    if (URGENT.has(record.levelName)) this.flush();
  }

  /** Takes a line. */
  override log(line: string): void {
    if (this.#lines.push(line) >= MOST_LINES) return this.flush();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#flush, LONGEST_WAIT);
    // A process that has nothing more to do is not kept: its end writes the lines, too.
    Deno.unrefTimer(this.#timer);
    this.#forgetEnd = onProcessEnd(this.#flush);
  }

  /** Writes what was kept back. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forgetEnd?.();
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("\n");
    this.#lines = [];
    super.log(text);
  }
}
