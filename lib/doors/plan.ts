/**
 * Plans and changes as data, for tools that look into them: what the steps of a plan are, what a Change would do before
 * anybody does it, and what brings steps of its own to `.ensure(…)`.
 *
 * Who writes an operator rarely needs one of these names.
 *
 * @example What a plan looks like, and what a Change would do
 * ```ts
 * import { create, defineSteps } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import type { Operation, StepDefinition } from "@staircase/operator/plan";
 * import { assertEquals } from "@std/assert";
 *
 * const describe = ({ type, name }: StepDefinition) => `${name} (${type})`;
 * const steps = defineSteps(ConfigMap).observe("look around", ({ object }) => object.data);
 * assertEquals(steps.definitions.map(describe), ["look around (observe)"]);
 *
 * const isRemoval = ({ verb }: Operation) => verb === "remove";
 * assertEquals(isRemoval(create(ConfigMap, { metadata: { name: "settings" } }).operation), false);
 * ```
 *
 * @module
 */

// Plans.
export type { Plan } from "../controller/mod.ts";
export type { BranchDefinition, StepDefinition } from "../steps/mod.ts";
export type { DependentTie, Ensurable, EnsuredDependent, PlannedDependent } from "../steps/mod.ts";
// Changes.
export type { AnyChange, Operation, PatchBasis, PerformAction } from "../steps/mod.ts";
export type { JsonPatchOperation, Preconditions, PropagationPolicy } from "../steps/mod.ts";
export type { ReadVerb, WriteVerb } from "../model/mod.ts";
