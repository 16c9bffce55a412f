/** Computes whether a process's controllers are ready and alive, for the probes. Pure. */

import type { Check } from "../../http/mod.ts";
import { formatDuration } from "../../time/mod.ts";
import type { Informer } from "../../watch/mod.ts";

/**
 * How long a watch may have no connection before the process is not ready, in milliseconds. It counts from the last
 * sign of life. Noticing a dead connection takes up to 45 seconds; the rest is for a restart of the server.
 */
const NOT_READY_AFTER = 90_000;

/** A controller with waiting keys that begins no Run for this long, in milliseconds, is stuck. */
const STUCK_AFTER = 600_000;

/** The part of a watch that is checked. */
export type WatchHealth = Pick<Informer, "kind" | "namespace" | "staleness"> & { cache: { readonly synced: boolean } };

/** The part of a controller that is checked. */
export interface ControllerHealth {
  readonly name: string;
  /** Milliseconds since the last Run began, if objects wait for one; `undefined` if none waits. */
  readonly stalledFor: number | undefined;
  /** Milliseconds. */
  readonly stepTimeout: number;
}

/** Ready: every kind has been listed, no watch has been in trouble for long, and no shutdown has begun. */
export function readinessOf(watches: readonly WatchHealth[], isStopping: boolean): readonly Check[] {
  const serving = { name: "serving", problem: isStopping ? "shutting down" : undefined };
  return [serving, ...watches.map((watch) => ({ name: nameOf(watch), problem: watchProblem(watch) }))];
}

/** Alive: nothing has made it impossible to go on, and no controller is stuck. */
export function livenessOf(controllers: readonly ControllerHealth[], failure: string | undefined): readonly Check[] {
  const stuck = controllers.map((controller) => ({
    name: `controller ${controller.name}`,
    problem: stuckProblem(controller),
  }));
  return [{ name: "serving", problem: failure }, ...stuck];
}

function nameOf({ kind, namespace }: WatchHealth): string {
  return `watch of ${kind.kind}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

function watchProblem({ cache, staleness: { troubledFor } }: WatchHealth): string | undefined {
  if (!cache.synced) return "not listed yet";
  if (troubledFor === undefined || troubledFor <= NOT_READY_AFTER) return undefined;
  return `without a connection for ${formatDuration(troubledFor)}`;
}

/** Only a Run that ignores its abort signal can block a worker for this long. */
function stuckProblem({ stalledFor, stepTimeout }: ControllerHealth): string | undefined {
  if (stalledFor === undefined || stalledFor <= Math.max(STUCK_AFTER, 10 * stepTimeout)) return undefined;
  return `objects wait, and no Run has begun for ${formatDuration(stalledFor)}`;
}
