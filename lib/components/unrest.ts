/** Dependents that do not come to rest: two keep one object in two ways, or what is built is another thing each time. */

import { describeObject, type KubeObject, type ResourceKind } from "../model/mod.ts";
import type { ChangeContext, Stop } from "../steps/mod.ts";
import { formatDuration } from "../time/mod.ts";
import { Recent } from "./recent.ts";

/** How often a dependent is put right in a row. */
const IN_A_ROW = 20;
/** How often it is put right from then on, in milliseconds. */
const EVERY = 5_000;

/** What is remembered of a dependent that was not as it was built. */
interface Spent {
  /** The owner, as its user wants it: what an edit asks for does not count. */
  readonly owner: string;
  /** The time at which all that was spent is back. */
  readonly wholeAt: number;
  /** Whether it was said that all is spent. */
  readonly isTold: boolean;
}

/**
 * How often dependents of one component are put right, while nobody edits their owner.
 *
 * **Guarantees.** Twenty times in a row and once every 5 s from then on, so that whoever undoes it each time costs the API server
 * little. It is said when that begins.
 */
export class Unrest {
  readonly #spent = new Recent<Spent>();

  /**
   * The stop that keeps the dependent from being put right too often; `undefined` when it is time, which then counts.
   *
   * @param context What the step is given.
   * @param kind The dependent's kind.
   * @param found The dependent.
   */
  pause(
    { object: { metadata: { uid, generation, resourceVersion } }, runStart, stop, log }: ChangeContext<KubeObject>,
    kind: ResourceKind,
    { metadata }: KubeObject,
  ): Stop | undefined {
    const now = runStart.getTime();
    const owner = `${uid}/${generation ?? resourceVersion}`;
    const last = this.#spent.get(metadata.uid);
    const before = last?.owner === owner ? last : undefined;
    // A clock that was put back makes nobody wait for longer.
    const wholeAt = Math.min(Math.max(before?.wholeAt ?? 0, now), now + IN_A_ROW * EVERY) + EVERY;
    const early = wholeAt - now - IN_A_ROW * EVERY;
    if (early > 0) return stop({ reason: reasonFor(kind, metadata), requeueAfter: early });
    const isSpent = early > -EVERY;
    const isTold = isSpent || before?.isTold === true && wholeAt - now > IN_A_ROW * EVERY / 2;
    if (isSpent && !before?.isTold) log.warn(reasonFor(kind, metadata), { every: formatDuration(EVERY) });
    this.#spent.set(metadata.uid, { owner, wholeAt, isTold });
    return undefined;
  }
}

function reasonFor(kind: ResourceKind, metadata: KubeObject["metadata"]): string {
  return `${describeObject(kind, metadata)} does not come to rest: somebody undoes it each time that it is put right ` +
    "(metadata.managedFields says who), or its build does not give the same for the same owner";
}
