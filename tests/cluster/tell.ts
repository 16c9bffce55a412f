/** How an operator that is a process of its own tells its test what it does. */

import type { RunReport } from "../../mod.ts";

const encoder = new TextEncoder();

/** Written at once, so that a line is out before the process can be killed. */
export function tell(line: unknown): void {
  Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(line)}\n`));
}

/** Tells of a Run. */
export function tellRun({ key, result }: RunReport): void {
  const { outcome } = result;
  if (outcome === "Modified") tell({ key, outcome, change: result.change, hadEffect: result.hadEffect });
  else if (outcome === "Failed") tell({ key, outcome, error: result.error.message });
  else tell({ key, outcome });
}
