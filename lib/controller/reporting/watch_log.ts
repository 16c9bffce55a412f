/** Logs the trouble of watches: when it begins, while it lasts, and when it is over. */

import { isKindNotServed } from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";
import { messageOf } from "../../steps/mod.ts";
import { type Logger, withFields } from "../../telemetry/mod.ts";
import { type Clock, formatDuration } from "../../time/mod.ts";
import type { Informer, WatchState } from "../../watch/mod.ts";

/** How long the same trouble is not logged again, in milliseconds. */
const REMIND_AFTER = 60_000;

/** The logged trouble of one watch. */
interface Trouble {
  readonly message: string;
  readonly since: number;
  readonly mentioned: number;
}

/**
 * Makes a listener that logs the states of watches. Trouble is a warning when it begins or changes, and once a minute
 * while it lasts; its end is logged as well. Everything else is logged at debug.
 */
export function watchLog(log: Logger, clock: Clock): (state: WatchState, informer: Informer) => void {
  const troubles = new Map<Informer, Trouble>();
  return (state, informer) => {
    const { kind, namespace } = informer;
    const trouble = troubles.get(informer);
    log.debug(`watch of ${kind.kind}: ${state.type}`, { namespace });
    if (state.type === "restored") {
      const { resourceVersion, seen } = state;
      log.warn(describeRestore(kind), { namespace, resourceVersion, seen });
    }
    if (state.type === "backing-off") {
      troubles.set(
        informer,
        mention(describeTrouble(kind, state.error), trouble, withFields(log, { namespace }), clock),
      );
    } else if (state.type === "watching" && trouble) {
      troubles.delete(informer);
      const lasted = formatDuration(clock.monotonic() - trouble.since);
      log.info(`the watch of ${kind.kind} works again`, { namespace, lasted });
    }
  };
}

function mention(message: string, before: Trouble | undefined, log: Logger, clock: Clock): Trouble {
  const now = clock.monotonic();
  const isNew = before?.message !== message;
  if (!isNew && now - before.mentioned < REMIND_AFTER) return before;
  const since = before?.since ?? now;
  log.warn(message, isNew ? {} : { lasts: formatDuration(now - since) });
  return { message, since, mentioned: now };
}

function describeRestore({ kind }: ResourceKind): string {
  return `the cluster has gone back in time, as after a restore of etcd from a backup: all ${kind} objects were listed again ` +
    "and will be run again. Writes since the backup are lost, but effects of this process outside the cluster are not: " +
    "check both";
}

function describeTrouble(kind: ResourceKind, error: unknown): string {
  if (!isKindNotServed(error)) {
    const message = messageOf(error);
    return message.startsWith("Cannot ")
      ? message
      : `Cannot watch ${kind.kind} objects as something went wrong: ${message}`;
  }
  const where = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  const text = `waiting for kind ${kind.kind} (${where}) to be installed: the API server does not know it.`;
  // Groups without a dot are part of Kubernetes, so users cannot install them.
  return kind.group.includes(".") && !kind.group.endsWith(".k8s.io")
    ? `${text} Install its CustomResourceDefinition: the operator's command crd prints it, and installCrd installs it`
    : `${text} It is a part of Kubernetes: is this version of it served by this cluster?`;
}
