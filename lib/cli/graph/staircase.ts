/** Where each stair of a staircase is: the geometry of the picture. Pure. */

import type { StepView } from "./plans.ts";
import { widthOf } from "./xml.ts";

/** A stair: a slab whose name is on it. */
export interface Stair {
  readonly step: StepView;
  /** From 1. */
  readonly number: number;
  /** The names of its branches, for the end of the line. */
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A staircase. */
export interface Staircase {
  readonly width: number;
  readonly height: number;
  readonly stairs: readonly Stair[];
}

/** The height of a stair, how much further in the next one is, and the size of its text. */
export const [RISE, TREAD, TEXT] = [46, 34, 15];
/** The space before the text of a stair: for its number and mark; and after it. */
export const [BEFORE, AFTER] = [66, 28];

/**
 * The stairs of a plan. Going up, the first one is at the bottom, and each next one begins further to the right. Going
 * down, the first one is at the top, and each next one ends further to the right.
 */
export function staircaseOf(steps: readonly StepView[], direction: "up" | "down"): Staircase {
  const needs = steps.map((step) => BEFORE + widthOf(lineOf(step), TEXT) + AFTER);
  const height = steps.length * RISE;
  const place = direction === "up" ? placeUp : placeDown;
  const { width, stairs } = place(needs);
  return {
    width,
    height,
    stairs: stairs.map((place, index) => ({
      step: steps[index]!,
      number: index + 1,
      detail: detailOf(steps[index]!),
      y: direction === "up" ? height - (index + 1) * RISE : index * RISE,
      ...place,
    })),
  };
}

interface Places {
  readonly width: number;
  readonly stairs: readonly { readonly x: number; readonly width: number }[];
}

function placeUp(needs: readonly number[]): Places {
  const width = Math.max(0, ...needs.map((need, index) => index * TREAD + need));
  return { width, stairs: needs.map((_, index) => ({ x: index * TREAD, width: width - index * TREAD })) };
}

function placeDown(needs: readonly number[]): Places {
  const first = Math.max(0, ...needs.map((need, index) => need - index * TREAD));
  const stairs = needs.map((_, index) => ({ x: 0, width: first + index * TREAD }));
  return { width: stairs.at(-1)?.width ?? 0, stairs };
}

function detailOf({ branches }: StepView): string {
  return branches.join(" · ");
}

function lineOf(step: StepView): string {
  return step.branches.length === 0 ? step.name : `${step.name}   ${detailOf(step)}`;
}
