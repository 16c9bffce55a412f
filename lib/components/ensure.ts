/** The steps that ensure a component: find it, correct it, wait until it is ready. */

import { describeObject, type KubeObject, type WriteVerb } from "../model/mod.ts";
import {
  type Change,
  type ChangeContext,
  create,
  type EnsuredDependent,
  remove,
  type RemoveWhen,
  type StepContext,
  type StepDefinition,
  StepDefinitionError,
  type Stop,
} from "../steps/mod.ts";
import type { Dependent } from "./dependent.ts";
import { Keeper } from "./keeping.ts";
import type { EnsureOptions } from "./options.ts";
import { adoption, checkClaim, claimOf, isDependent, isOfFormerOwner, renewedReference } from "./ownership.ts";

/**
 * How long to wait for an object to go or to become ready if no watch event tells. Kinds that the controller `owns` are
 * watched, so looking again costs no request.
 */
const LOOK_AGAIN = "30s";

/** The options with defaults filled in. */
interface Ensuring<R extends KubeObject, T extends KubeObject> {
  readonly dependent: Dependent<R, T>;
  /** Keeps the dependent as built; `undefined` if drift is ignored. */
  readonly keeper: Keeper<R, T> | undefined;
  readonly adopt: boolean;
  readonly readyWhen: EnsureOptions<R, T>["readyWhen"];
  readonly removeWhen: (owner: R) => boolean;
}

/** Makes the steps that ensure a component. */
export function ensureSteps<R extends KubeObject, T extends KubeObject>(
  dependent: Dependent<R, T>,
  options: EnsureOptions<R, T> & Partial<RemoveWhen<R>>,
): readonly StepDefinition<R>[] {
  const { drift = "ignore", adopt = false, readyWhen, removeWhen = () => false } = options;
  const ensures = whatItWrites(dependent, adopt, options.removeWhen !== undefined);
  if (drift !== "ignore" && drift !== "apply") {
    throw new StepDefinitionError(
      `Cannot ensure ${dependent.kind.kind} as drift must be "ignore" or "apply": current value is ${
        JSON.stringify(drift)
      }`,
    );
  }
  const keeper = drift === "apply" ? new Keeper(dependent) : undefined;
  const ensuring: Ensuring<R, T> = { dependent, keeper, adopt, readyWhen, removeWhen };
  const what = describePart(dependent);
  const steps: StepDefinition<R>[] = [
    { type: "observe", name: `find the ${what}`, run: (context) => find(ensuring, context), dependent },
    {
      type: "change",
      name: `ensure the ${what}`,
      run: (context, found) => settle(ensuring, context, found as T | undefined),
      ensures,
    },
  ];
  if (readyWhen) {
    steps.push({
      type: "observe",
      name: `wait for the ${what}`,
      run: (context, found) => waitFor(ensuring, context, found as T | undefined),
    });
  }
  return steps;
}

/** `patch` is also for owner references: they are renewed when the owner's API version has changed, whatever the options. */
function whatItWrites(
  { kind, isTied, mayLeave }: Pick<EnsuredDependent, "kind" | "isTied" | "mayLeave">,
  adopts: boolean,
  removes: boolean,
): EnsuredDependent {
  const verbs: readonly WriteVerb[] = removes ? ["create", "patch", "delete"] : ["create", "patch"];
  return { kind, verbs, adopts, isTied, mayLeave };
}

/** `deployment web`, or just `deployment` if it is the only one of its kind. */
function describePart({ kind, part }: { kind: { kind: string }; part: string }): string {
  const word = kind.kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return part === kind.kind.toLowerCase() ? word : `${word} ${part}`;
}

/** Finds the owner's dependent, or an object that may become it. */
async function find<R extends KubeObject, T extends KubeObject>(
  { dependent, keeper, adopt, removeWhen }: Ensuring<R, T>,
  { kube, object: owner, stop }: StepContext<R>,
): Promise<T | Stop | undefined> {
  const found = await dependent.get(kube, owner);
  if (!found) return undefined;
  const claim = claimOf(dependent, owner);
  // An object that is not the owner's is not removed.
  const isOurs = isDependent(claim, found) || keeper?.recognizes(claim, owner, found) === true;
  if (removeWhen(owner)) return isOurs ? found : undefined;
  if (isOfFormerOwner(claim, found)) {
    const [what, whose] = [
      describeObject(dependent.kind, found.metadata),
      describeObject(claim.ownerKind, owner.metadata),
    ];
    // The garbage collector will delete it. The watch then tells that the name is free.
    return stop({
      reason: `${what} still belongs to a former ${whose} and is being deleted`,
      requeueAfter: LOOK_AGAIN,
    });
  }
  if (!isOurs) checkClaim(claim, found, adopt);
  return found;
}

/** Returns the one change that is needed first, or the object. */
function settle<R extends KubeObject, T extends KubeObject>(
  { dependent, keeper, removeWhen }: Ensuring<R, T>,
  context: ChangeContext<R>,
  found: T | undefined,
): Change<unknown> | Stop | T | undefined | Promise<Change<unknown> | Stop | T> {
  const { object: owner, stop } = context;
  const { kind } = dependent;
  const going = found?.metadata.deletionTimestamp !== undefined;
  if (removeWhen(owner)) return found && !going ? remove(kind, found) : undefined;
  if (found && going) {
    return stop({ reason: `${describeObject(kind, found.metadata)} is being deleted`, requeueAfter: LOOK_AGAIN });
  }
  const claim = claimOf(dependent, owner);
  if (found && !isDependent(claim, found) && !keeper?.recognizes(claim, owner, found)) return adoption(claim, found);
  // An apply does not touch an owner reference that was added in another way, for example by an adoption.
  const renewed = found && !(keeper && claim.owned) ? renewedReference(claim, found) : undefined;
  if (renewed) return renewed;
  if (keeper) return keeper.keep(claim, context, found);
  return found ?? create(kind, dependent.build(owner), { owned: claim.owned });
}

function waitFor<R extends KubeObject, T extends KubeObject>(
  { dependent: { kind }, readyWhen }: Ensuring<R, T>,
  { object: owner, stop }: StepContext<R>,
  found: T | undefined,
): Stop | T | undefined {
  // It was removed, so there is nothing to wait for.
  if (!found) return undefined;
  const ready = readyWhen!(found, owner);
  if (ready === true) return found;
  const reason = typeof ready === "string" && ready !== ""
    ? ready
    : `${describeObject(kind, found.metadata)} is not ready`;
  return stop({ reason, requeueAfter: LOOK_AGAIN });
}
