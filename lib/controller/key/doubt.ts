/** What a write left open, until a Run has looked: the step whose write it was, and what it may have made. */

import { isSameResource } from "../../kube/mod.ts";
import type { KubeObject, ReadApi, ResourceKind } from "../../model/mod.ts";
import { type RunResult, stepOf } from "../../run/mod.ts";

/** What is open. */
export interface Doubt {
  /** Reads are live until a Run gets past this step. */
  readonly step: string;
  /** Kinds of which an object may be there whose name nobody knows, as the answer to its creation was lost. */
  readonly unnamed: readonly ResourceKind[];
}

/** What the writes of one Run left open. */
export interface OpenWrites {
  /** Whether any did. */
  readonly isUncertain: boolean;
  /** Kinds of which it may have made an object of an unknown name. */
  readonly unnamed: readonly ResourceKind[];
}

/**
 * What is in doubt after a Run. One that ends before the step in doubt, or fails in it, has settled nothing; of two steps, the
 * later one is kept, as whoever gets past it has got past both.
 */
export function doubtAfter(
  result: RunResult,
  names: readonly string[],
  before: Doubt | undefined,
  { isUncertain, unnamed }: OpenWrites,
): Doubt | undefined {
  const left = before !== undefined && isPast(result, before.step, names) ? undefined : before;
  if (!isUncertain) return left;
  const step = stepOf(result) ?? "";
  if (left === undefined) return { step, unnamed };
  const others = unnamed.filter((kind) => !left.unnamed.some((one) => isSameResource(one, kind)));
  return {
    step: placeOf(left.step, names) > placeOf(step, names) ? left.step : step,
    unnamed: [...left.unnamed, ...others],
  };
}

/** Whether a Run has done with a step: got past it, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  const [place, endedAt] = [placeOf(step, names), placeOf(ended, names)];
  return endedAt > place || (result.outcome === "Modified" && endedAt === place);
}

function placeOf(step: string, names: readonly string[]): number {
  // A branch of a join is named after it.
  return names.findIndex((one) => step === one || step.startsWith(`${one}/`));
}

/** Notes for what a Run in doubt has looked. */
export class Looking {
  #unseen: readonly ResourceKind[];

  /** @param doubt What is open when it begins. */
  constructor({ unnamed }: Doubt) {
    this.#unseen = unnamed;
  }

  /** The same reads; a list that went well is a look. */
  through(kube: ReadApi): ReadApi {
    const list: ReadApi["list"] = async <T extends KubeObject>(
      kind: ResourceKind<T>,
      how?: Parameters<ReadApi["list"]>[1],
    ) => {
      const found = await kube.list(kind, how);
      this.#unseen = this.#unseen.filter((one) => !isSameResource(one, kind));
      return found;
    };
    return { ...kube, list };
  }

  /** Whether an object of a kind may be there that nobody has looked for. */
  isUnseen(kind: ResourceKind): boolean {
    return this.#unseen.some((one) => isSameResource(one, kind));
  }
}
