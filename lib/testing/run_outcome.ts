/** How a Run ended, as a text to be compared in tests. Pure. */

import type { RunReport } from "../controller/mod.ts";

/** `create Secret default/a`, `NoOp`, `Stopped: …`, `Failed: …`; of a change without effect, that it had none. */
export function outcomeOf({ result }: Pick<RunReport, "result">): string {
  switch (result.outcome) {
    case "Modified":
      return result.hadEffect ? result.change : `without effect: ${result.change}`;
    case "Stopped":
      return `Stopped: ${result.reason}`;
    case "Failed":
      return `Failed: ${result.error.message}`;
    case "NoOp":
      return "NoOp";
  }
}
