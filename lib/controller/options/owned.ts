/** Completes an entry of `owns` by what the plans say of its kind. */

import { isSameResource, WRITE_VERBS } from "../../model/mod.ts";
import type { KubeObject, LabelSelector, ResourceKind, WriteVerb } from "../../model/mod.ts";
import type { EnsuredDependent, StepDefinition } from "../../steps/mod.ts";
import type { OwnedKind, Plan } from "./options.ts";

/** A complete entry of `owns`. */
export interface ResolvedOwned {
  readonly kind: ResourceKind;
  readonly labelSelector?: LabelSelector;
  readonly verbs: readonly WriteVerb[];
  /** `undefined` for any name. */
  readonly names: readonly string[] | undefined;
  /** Whether objects without a controller may be made dependents. */
  readonly adopt: boolean;
  /** Whether a component may have dependents that have a mark in place of an owner reference. */
  readonly isTied: boolean;
}

/** The plans of a controller. */
export interface Plans {
  readonly steps: Plan<KubeObject>;
  readonly cleanup: Plan<KubeObject> | undefined;
}

/**
 * Completes an entry. Components know their verbs. What other steps write, nobody knows before they run; neither does
 * anybody know what a plan holds that is a function of the object.
 *
 * @param refuse Called with the rule if the declared verbs lack one that a component needs.
 */
export function resolveOwned(owned: OwnedKind, plans: Plans, refuse: (rule: string) => void): ResolvedOwned {
  const { kind, labelSelector, names } = owned;
  const ensured = ensuredIn(plans).filter((one) => isSameResource(one.kind, kind));
  const needed = WRITE_VERBS.filter((verb) => ensured.some(({ verbs }) => verbs.includes(verb)));
  const missing = owned.verbs && needed.find((verb) => !owned.verbs!.includes(verb));
  if (missing) refuse(`must have "${missing}" as a component of ${kind.kind} needs it`);
  return {
    kind,
    ...(labelSelector !== undefined && { labelSelector }),
    verbs: owned.verbs ? WRITE_VERBS.filter((verb) => owned.verbs!.includes(verb)) : defaultVerbs(needed, plans),
    names,
    adopt: owned.adopt ?? ensured.some(({ adopts }) => adopts),
    isTied: ensured.some(({ isTied }) => isTied),
  };
}

/** The kinds whose dependents may be in other namespaces than their owner. */
export function leavingKinds(plans: Plans): readonly ResourceKind[] {
  return ensuredIn(plans).filter(({ mayLeave }) => mayLeave).map(({ kind }) => kind);
}

function ensuredIn({ steps, cleanup }: Plans): readonly EnsuredDependent[] {
  return [steps, cleanup].flatMap(definitionsOf).flatMap(ensuredBy);
}

function defaultVerbs(needed: readonly WriteVerb[], { steps, cleanup }: Plans): readonly WriteVerb[] {
  if (typeof steps === "function" || needed.length === 0) return WRITE_VERBS;
  // What a cleanup changes, it nearly always removes.
  const mayRemove = typeof cleanup === "function" || definitionsOf(cleanup).some(isOfUser);
  return WRITE_VERBS.filter((verb) => needed.includes(verb) || mayRemove && verb === "delete");
}

function definitionsOf(plan: Plan<KubeObject> | undefined): readonly StepDefinition[] {
  return plan === undefined || typeof plan === "function" ? [] : plan.definitions;
}

function ensuredBy(step: StepDefinition): readonly EnsuredDependent[] {
  return step.type === "change" && step.ensures ? [step.ensures] : [];
}

function isOfUser(step: StepDefinition): boolean {
  return step.type === "change" && !step.ensures;
}
