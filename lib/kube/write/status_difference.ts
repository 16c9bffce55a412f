/** Compares a stored status with a wanted one, in a form that shows whether the same change was already refused. Pure. */

import { isJsonObject, jsonEquals, type JsonObject, mergePatchBetween } from "../json/mod.ts";

/** The difference between a stored and a wanted status. */
export interface StatusDifference {
  /** The merge patch that turns the stored status into the wanted one. */
  readonly patch: JsonObject;
  /**
   * Both sides of each field that differs, as comparable text. The API server treats equal differences equally: a field
   * that it drops is dropped again, and a default comes back, whatever else the status says. Computed on first use,
   * because most differences are only written.
   */
  readonly text: string;
}

/**
 * The difference between a stored status and the wanted one; `undefined` if there is nothing to change. `null` and
 * absent are the same.
 *
 * @param stored The present status, if any.
 * @param wanted The wanted status, as JSON.
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
