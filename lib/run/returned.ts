/** Checks what a step returned: Changes that would silently be ignored are refused. */

import { Change, isChange, isStop, StepContractError, Stop } from "../steps/mod.ts";

/** How many items or fields are checked. */
const MOST_LOOKED_AT = 100;

/**
 * Refuses return values that must be a mistake.
 *
 * @param step The step's name, for the error.
 * @param returned What the step returned; not a promise.
 * @param hasMade Whether the step has made a Change.
 * @throws {StepContractError} If the step made a Change but returned nothing, returned a Change inside of something else, or
 * returned a Change or Stop of another copy of this module.
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

/** Checks an object. This runs after each step, so the usual cases are decided by the prototype alone. */
function checkObject(step: string, returned: object): void {
  if (Array.isArray(returned)) return checkList(step, returned);
  const prototype = Object.getPrototypeOf(returned);
  if (prototype === Object.prototype) return checkFields(step, returned);
  // Fields of other classes are not read: getters and proxies could do anything.
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

/** The value of a field; `undefined` if reading it throws. */
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
