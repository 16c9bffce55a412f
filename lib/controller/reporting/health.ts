/** Whether the controllers of a process are ready, and alive: what the probes are told. Pure. */

import type { Check } from "../../http/mod.ts";
import { formatDuration } from "../../time/mod.ts";
import type { Informer } from "../../watch/mod.ts";

/**
 * How long a watch may be without a connection before the process is not ready, in milliseconds. It is counted from the last
 * sign of life. To notice that a connection has died takes up to 45 seconds of it; the rest is for a server that is restarted.
 */
const TROUBLED = 90_000;

/** A controller that lets keys wait while no Run begins for this long is stuck, at the least; in milliseconds. */
const STUCK = 600_000;

/** What is asked of a watch. */
export type WatchHealth = Pick<Informer, "kind" | "namespace" | "staleness"> & { cache: { readonly synced: boolean } };

/** What is asked of a controller. */
export interface ControllerHealth {
  readonly name: string;
  /** Milliseconds since a Run began, while objects wait for one; `undefined` when none waits. */
  readonly stalledFor: number | undefined;
  /** Milliseconds. */
  readonly stepTimeout: number;
}

/** Ready: every kind has been listed, no watch has long been in trouble, and no shutdown has begun. */
export function readinessOf(watches: readonly WatchHealth[], isStopping: boolean): readonly Check[] {
  const serving = { name: "serving", problem: isStopping ? "shutting down" : undefined };
  return [serving, ...watches.map((watch) => ({ name: nameOf(watch), problem: watchProblem(watch) }))];
}

/** Live: nothing has made it impossible to go on, and no controller is stuck. */
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
  if (troubledFor === undefined || troubledFor <= TROUBLED) return undefined;
  return `without a connection for ${formatDuration(troubledFor)}`;
}

/** Only a Run that does not end its work when told to can hold a worker for so long. */
function stuckProblem({ stalledFor, stepTimeout }: ControllerHealth): string | undefined {
  if (stalledFor === undefined || stalledFor <= Math.max(STUCK, 10 * stepTimeout)) return undefined;
  return `objects wait, and no Run has begun for ${formatDuration(stalledFor)}`;
}
