/** Remembers that a write is in doubt until a Run has checked: which step wrote, and what it may have created. */

import { isSameResource, type KubeObject, type ReadApi, type ResourceKind } from "../../model/mod.ts";
import { type RunResult, stepOf } from "../../run/mod.ts";

export interface Doubt {
  /** Reads are live until a Run passes this step. */
  readonly step: string;
  /** Kinds that may have an object with an unknown name, because the answer to its creation was lost. */
  readonly unnamed: readonly ResourceKind[];
}

/** The writes of one Run that are in doubt. */
export interface OpenWrites {
  /** Whether there are any. */
  readonly isUncertain: boolean;
  /** Kinds of which the Run may have created an object with an unknown name. */
  readonly unnamed: readonly ResourceKind[];
}

/**
 * What is in doubt after a Run. A Run that ends before the step in doubt, or fails in it, has settled nothing. Of two
 * such steps, the later one is kept, because a Run that passes it has passed both.
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

/** Whether a Run has passed a step, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  const [place, endedAt] = [placeOf(step, names), placeOf(ended, names)];
  return endedAt > place || (result.outcome === "Modified" && endedAt === place);
}

function placeOf(step: string, names: readonly string[]): number {
  // The name of a join's branch begins with the name of the join.
  return names.findIndex((one) => step === one || step.startsWith(`${one}/`));
}

/** Records what a Run in doubt has looked for. */
export class Looking {
  #unseen: readonly ResourceKind[];

  /** @param doubt What is in doubt when the Run begins. */
  constructor({ unnamed }: Doubt) {
    this.#unseen = unnamed;
  }

  /** Wraps the reads. A successful list counts as a look. */
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

  /** Whether an object of a kind may exist that the Run has not looked for. */
  isUnseen(kind: ResourceKind): boolean {
    return this.#unseen.some((one) => isSameResource(one, kind));
  }
}
