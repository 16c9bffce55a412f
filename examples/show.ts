/** Shows the Runs of an example as lines, counts them, and waits for one. */

import type { RunReport } from "@staircase/operator";

/** Whether a Run is the one that is waited for. */
export type IsIt = (report: RunReport) => boolean | Promise<boolean>;

/** Shows Runs, and waits for one. */
export class Show {
  /** How many Runs there were. */
  runs = 0;
  /** How many of them changed something. */
  changes = 0;
  /** How many of them failed. */
  failures = 0;
  readonly #say: (line: string) => void;
  #waiting: ((report: RunReport) => void) | undefined;

  /** @param say Where the lines go. */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Takes a Run; for `onRun`. */
  readonly add = (report: RunReport): void => {
    this.runs++;
    if (report.result.outcome === "Modified") this.changes++;
    if (report.result.outcome === "Failed") this.failures++;
    this.#say(`  ${describe(report)}`);
    this.#waiting?.(report);
  };

  /** Resolves after the Run that is waited for. */
  until(isIt: IsIt): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = async (report) => {
        try {
          if (await isIt(report)) resolve();
        } catch (error) {
          reject(error);
        }
      };
    });
  }
}

/** Says a line to whoever looks on. */
export function say(line: string): void {
  // deno-lint-ignore no-console -- what the examples show
  console.log(line);
}

/** A Run as a line: key, outcome, step, change, time. */
function describe({ key, result, duration }: RunReport): string {
  const start = `${key.padEnd(17)} ${result.outcome.padEnd(9)}`;
  const time = `(${duration.toFixed(1)} ms)`;
  switch (result.outcome) {
    case "Modified":
      return `${start} ${result.step}: ${result.change} ${time}`;
    case "Stopped":
      return `${start} ${result.step}: ${result.reason} ${time}`;
    case "NoOp":
      return `${start} all is as desired ${time}`;
    case "Failed":
      return `${start} ${result.error.message} ${time}`;
  }
}
