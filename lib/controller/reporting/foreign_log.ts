/** What is logged of objects that are nobody's here: that there are so many of them that they should be kept away. */

import { managerOf } from "../../components/mod.ts";
import { isSameResource } from "../../kube/mod.ts";
import { formatSelector } from "../../model/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Informer, WatchState } from "../../watch/mod.ts";
import type { ResolvedController } from "../options/mod.ts";

/** So many bytes of JSON are worth a word: what they cost at each start is felt. */
const MUCH = 16 * 1024 * 1024;

const MIB = 1024 * 1024;

/**
 * A listener for the states of watches that warns of kinds whose objects are mostly nobody's here. Once for each watch, and again
 * only when they have become twice as many bytes.
 *
 * @param log Where it is said.
 * @param controllers Who owns which kinds.
 */
export function foreignLog(
  log: Logger,
  controllers: readonly ResolvedController[],
): (state: WatchState, informer: Informer) => void {
  const warned = new WeakMap<Informer, number>();
  return (state, informer) => {
    // After each list, and every half minute.
    if (state.type !== "watching") return;
    const size = informer.cache.foreign;
    if (!size) return;
    const { askedBytes, reducedBytes } = size;
    const bytes = askedBytes + size.wholeBytes + reducedBytes;
    if (bytes < MUCH || bytes < 2 * (warned.get(informer) ?? 0)) return;
    warned.set(informer, bytes);
    const { kind: { kind }, namespace, labelSelector } = informer;
    const objects = size.asked + size.whole + size.reduced;
    const owner = controllers.find(({ owns }) => owns.some((owned) => isSameResource(owned.kind, informer.kind)));
    const message =
      `${objects} ${kind} objects are not this operator's: ${mib(bytes)} of JSON, which each start reads. ` +
      `${size.reduced} of them are kept by their metadata only; ${
        mib(askedBytes)
      } are held whole, as steps have read them. ` +
      `A label selector keeps the others away: owns: [{ kind: ${kind}, labelSelector: "…" }] with a label that all dependents ` +
      `have${owner ? `, such as ${labelOf(owner)} of those that components make` : ""} (docs/scale.md)`;
    log.warn(message, {
      kind,
      namespace,
      labelSelector: labelSelector && formatSelector(labelSelector),
      objects,
      bytes,
    });
  };
}

function labelOf({ resource }: ResolvedController): string {
  return `app.kubernetes.io/managed-by=${managerOf(resource)}`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
