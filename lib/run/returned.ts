/** What a step returned, where it may not be: what would be swallowed without a word is refused, by the step's name. */

import { Change, isChange, isStop, StepContractError, Stop } from "../steps/mod.ts";

/** How many items or fields are looked at. */
const MOST_LOOKED_AT = 100;

/**
 * Refuses what a step cannot mean to return.
 *
 * @param step The step's name, for the error.
 * @param returned What it returned, settled.
 * @param hasMade Whether it has made a Change.
 * @throws {StepContractError} If a Change was made and nothing returned; if a Change is inside of what was returned, or comes
 * from another copy of the module.
 */
export function checkReturned(step: string, returned: unknown, hasMade: boolean): void {
  if (returned === undefined) {
    if (hasMade) {
      refuse(step, "it made a Change and returned nothing: return the Change, or make it only where it is returned");
    }
  } else if (typeof returned === "object" && returned !== null) {
    checkObject(step, returned);
  }
}

/** This is done after each step: what most of them return is told by its prototype. */
function checkObject(step: string, returned: object): void {
  if (Array.isArray(returned)) return checkList(step, returned);
  const prototype = Object.getPrototypeOf(returned);
  if (prototype === Object.prototype) return checkFields(step, returned);
  // What is no plain object may do anything when it is looked into.
  if (prototype === Change.prototype || prototype === Stop.prototype || !(isChange(returned) || isStop(returned))) {
    return;
  }
  refuse(
    step,
    `it returned a ${isChange(returned) ? "Change" : "Stop"} of another copy of @staircase/operator: ` +
      "let all imports resolve to one version of it",
  );
}

function checkList(step: string, returned: readonly unknown[]): void {
  const most = Math.min(returned.length, MOST_LOOKED_AT);
  for (let at = 0; at < most; at++) {
    if (returned[at] instanceof Change) {
      refuse(step, "it returned a list with a Change in it: a Run makes one change, so return one");
    }
  }
}

function checkFields(step: string, returned: object): void {
  let left = MOST_LOOKED_AT;
  for (const field in returned) {
    if (left-- === 0) return;
    if (valueOf(returned, field) instanceof Change) {
      refuse(step, `it returned an object with a Change in its field "${field}": return the Change itself`);
    }
  }
}

/** A field; `undefined` when it cannot be read, which is for whoever needs it to find out. */
function valueOf(record: object, field: string): unknown {
  try {
    return (record as Readonly<Record<string, unknown>>)[field];
  } catch {
    return undefined;
  }
}

function refuse(step: string, why: string): void {
  throw new StepContractError(`Cannot go on after step "${step}" as ${why}`);
}
