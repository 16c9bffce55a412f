/** Warns of watched kinds with so many unrelated objects that a label selector should exclude them. */

import { managerOf } from "../../components/mod.ts";
import { formatSelector, isSameResource } from "../../model/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Informer, WatchState } from "../../watch/mod.ts";
import type { ResolvedController } from "../options/mod.ts";

/** The least amount of unrelated JSON to warn about, in bytes: it noticeably slows down each start. */
const WARN_FROM = 16 * 1024 * 1024;

const MIB = 1024 * 1024;

/**
 * Makes a listener for watch states. It warns of kinds whose objects mostly belong to no controller here: once for each
 * watch, and again only when their size has doubled.
 *
 * @param log Where to log.
 * @param controllers The controllers, to find the owner of a kind.
 */
export function foreignLog(
  log: Logger,
  controllers: readonly ResolvedController[],
): (state: WatchState, informer: Informer) => void {
  const warned = new WeakMap<Informer, number>();
  return (state, informer) => {
    // This state comes after each list, and every half minute.
    if (state.type !== "watching") return;
    const size = informer.cache.foreign;
    if (!size) return;
    const { askedBytes, reducedBytes } = size;
    const bytes = askedBytes + size.wholeBytes + reducedBytes;
    if (bytes < WARN_FROM || bytes < 2 * (warned.get(informer) ?? 0)) return;
    warned.set(informer, bytes);
    const { kind: { kind }, namespace, labelSelector } = informer;
    const objects = size.asked + size.whole + size.reduced;
    const owner = controllers.find(({ owns }) => owns.some((owned) => isSameResource(owned.kind, informer.kind)));
    const message =
      `${objects} ${kind} objects are not this operator's: ${mib(bytes)} of JSON, which each start reads. ` +
      `${size.reduced} of them are kept as metadata only; ${
        mib(askedBytes)
      } are kept whole, because steps have read them. ` +
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
