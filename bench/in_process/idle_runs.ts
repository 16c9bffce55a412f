/** Runs that change nothing, without a controller. */

import { Deadlines, executeRun } from "../../lib/run/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { stair } from "./objects.ts";
import { idlePlan } from "./plan.ts";

const unexpected = (): never => {
  throw new Error("Cannot read or write here as the plan only looks at its object");
};

/** Makes a number of Runs of a plan with a number of steps, one after the other. */
export async function idleRuns(runs: number, length: number): Promise<void> {
  const parts = { object: stair(1, 1), steps: idlePlan(length), kube: { get: unexpected, list: unexpected } };
  const { signal } = new AbortController();
  using deadlines = new Deadlines({ clock: systemClock, signal, stepTimeout: 60_000 });
  const log = () => silentLogger;
  for (let at = 0; at < runs; at++) {
    const runStart = new Date(systemClock.now());
    const { outcome } = await executeRun({ ...parts, runStart, log, deadlines, performer: unexpected });
    if (outcome !== "NoOp") throw new Error(`Cannot measure a Run that is to be a NoOp: current value is ${outcome}`);
  }
}
