/** What a stored status and a wanted one differ in, and whether the API server has been asked for just that in vain. Pure. */

import { isJsonObject, jsonEquals, type JsonObject, mergePatchBetween } from "../json/mod.ts";

/** What there is to change of a status. */
export interface StatusDifference {
  /** The merge patch that makes the status the one that is wanted. */
  readonly patch: JsonObject;
  /**
   * Both sides of each field that differs, as a text to compare. Of two statuses with the same, the API server makes the same:
   * a field that it drops is dropped again, and a default comes back, whatever else the status says.
   * Made when it is read, as most differences are only written.
   */
  readonly text: string;
}

/**
 * What a status differs in from the one that is wanted; `undefined` when there is nothing to change. A field that is `null`
 * and one that is absent are one.
 *
 * @param stored The status that there is, if there is any.
 * @param wanted The other, as JSON has it.
 */
export function statusDifference(stored: unknown, wanted: JsonObject): StatusDifference | undefined {
  if (jsonEquals(stored, wanted)) return undefined;
  const patch = mergePatchBetween(stored, wanted);
  if (!patch) return undefined;
  return {
    patch,
    get text() {
      const back = isJsonObject(stored) ? mergePatchBetween(wanted, stored) : null;
      return JSON.stringify([patch, back]);
    },
  };
}
