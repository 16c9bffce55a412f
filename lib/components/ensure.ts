/** The steps that ensure a component: find it, put right what is not as it should be, wait until it is ready. */

import { describeObject, type Draft, type KubeObject } from "../model/mod.ts";
import {
  apply,
  type Change,
  type ChangeContext,
  create,
  remove,
  type RemoveWhen,
  type StepContext,
  type StepDefinition,
  StepDefinitionError,
  type Stop,
} from "../steps/mod.ts";
import { firstConfiguration, neededConfiguration } from "./applied.ts";
import type { Component } from "./component.ts";
import type { EnsureOptions } from "./options.ts";
import { adoption, checkClaim, claimOf, isDependent } from "./ownership.ts";

/**
 * How long to wait for an object to go, or to be ready, when nothing tells of it: kinds that the controller `owns` do. Reading
 * costs no request then.
 */
const LOOK_AGAIN = "30s";

/** A version that no object has: who writes with it only creates. */
const NO_VERSION = "1";

/** The options, complete. */
interface Ensuring<R extends KubeObject, T extends KubeObject> {
  readonly component: Component<R, T>;
  readonly drift: "ignore" | "apply";
  readonly adopt: boolean;
  readonly readyWhen: EnsureOptions<R, T>["readyWhen"];
  readonly removeWhen: (owner: R) => boolean;
}

/** The steps that ensure a component. */
export function ensureSteps<R extends KubeObject, T extends KubeObject>(
  component: Component<R, T>,
  options: EnsureOptions<R, T> & Partial<RemoveWhen<R>>,
): readonly StepDefinition<R>[] {
  const { drift = "ignore", adopt = false, readyWhen, removeWhen = () => false } = options;
  if (drift !== "ignore" && drift !== "apply") {
    throw new StepDefinitionError(
      `Cannot ensure ${component.kind.kind} as drift must be "ignore" or "apply": current value is ${
        JSON.stringify(drift)
      }`,
    );
  }
  const ensuring: Ensuring<R, T> = { component, drift, adopt, readyWhen, removeWhen };
  const what = describePart(component);
  const steps: StepDefinition<R>[] = [
    { type: "observe", name: `find the ${what}`, run: (context) => find(ensuring, context) },
    {
      type: "change",
      name: `ensure the ${what}`,
      run: (context, found) => settle(ensuring, context, found as T | undefined),
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

/** `deployment web`; `deployment` alone for the only one of its kind. */
function describePart({ kind, part }: { kind: { kind: string }; part: string }): string {
  const word = kind.kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return part === kind.kind.toLowerCase() ? word : `${word} ${part}`;
}

/** The owner's dependent, or an object that may become it. */
async function find<R extends KubeObject, T extends KubeObject>(
  { component, adopt, removeWhen }: Ensuring<R, T>,
  { kube, object: owner }: StepContext<R>,
): Promise<T | undefined> {
  const found = await component.get(kube, owner);
  if (!found) return undefined;
  const claim = claimOf(component, owner);
  // What is not the owner's needs no removal.
  if (removeWhen(owner)) return isDependent(claim, found) ? found : undefined;
  checkClaim(claim, found, adopt);
  return found;
}

/** The one change that is needed first, or the object. */
function settle<R extends KubeObject, T extends KubeObject>(
  { component, drift, removeWhen }: Ensuring<R, T>,
  { object: owner, stop }: ChangeContext<R>,
  found: T | undefined,
): Change<unknown> | Stop | T | undefined {
  const { kind } = component;
  const going = found?.metadata.deletionTimestamp !== undefined;
  if (removeWhen(owner)) return found && !going ? remove(kind, found) : undefined;
  if (found && going) {
    return stop({ reason: `${describeObject(kind, found.metadata)} is being deleted`, requeueAfter: LOOK_AGAIN });
  }
  const claim = claimOf(component, owner);
  if (found && !isDependent(claim, found)) return adoption(claim, found);
  const { owned } = claim;
  if (drift === "apply") return keepApplied(component, component.build(owner), found, owned);
  return found ?? create(kind, component.build(owner), { owned });
}

function keepApplied<T extends KubeObject>(
  { kind }: { kind: Component<KubeObject, T>["kind"] },
  wanted: Draft<T>,
  found: T | undefined,
  owned: boolean,
): Change<T> | T {
  // A draft of any kind is one of an object.
  const draft = wanted as unknown as Draft<KubeObject>;
  if (!found) {
    const { metadata, ...rest } = firstConfiguration(kind, draft);
    return apply(kind, { ...rest, metadata: { ...metadata, resourceVersion: NO_VERSION } } as unknown as Draft<T>, {
      owned,
    });
  }
  const needed = neededConfiguration(kind, draft, found);
  if (!needed) return found;
  // The very object that was looked at, not another one that has taken its name meanwhile.
  const metadata = { ...needed.metadata, uid: found.metadata.uid };
  return apply(kind, { ...needed, metadata } as unknown as Draft<T>, { owned });
}

function waitFor<R extends KubeObject, T extends KubeObject>(
  { component: { kind }, readyWhen }: Ensuring<R, T>,
  { object: owner, stop }: StepContext<R>,
  found: T | undefined,
): Stop | T | undefined {
  // Removed, there is nothing to wait for.
  if (!found) return undefined;
  const ready = readyWhen!(found, owner);
  if (ready === true) return found;
  const reason = typeof ready === "string" && ready !== ""
    ? ready
    : `${describeObject(kind, found.metadata)} is not ready`;
  return stop({ reason, requeueAfter: LOOK_AGAIN });
}
