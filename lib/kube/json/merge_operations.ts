/** A JSON merge patch, said as a JSON patch. Pure. */

import type { JsonPatchOperation } from "../../steps/mod.ts";
import { copyJson } from "./json_copy.ts";
import { pointerTo } from "./json_pointer.ts";
import { isJsonObject, type JsonObject } from "./merge_patch.ts";

/**
 * The JSON patch that does to an object what a merge patch would do, and that can test which object it is: API servers ignore
 * a UID in a merge patch of a custom resource's status or scale.
 *
 * It touches the same fields as the merge patch, so that two who write different fields do not undo each other's work. Where
 * the merge patch makes an object of what was nothing, there must still be nothing: somebody else's would be lost. Other
 * values are not tested (a Run's own status tests some: see `replaced_values.ts`). That an object has not become a list meanwhile,
 * schemas make sure.
 *
 * @param before What the merge patch was decided on.
 * @param patch The merge patch, as plain JSON.
 * @returns The operations; each that is not met by what there is by then fails the whole patch.
 */
export function mergeOperations(before: unknown, patch: JsonObject): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  // A list and no calls, as the stack may hold less than the API server does.
  const places: Place[] = [{ before, patch, path: "" }];
  for (const place of places) addOperations(operations, place, places);
  return operations;
}

/** What a part of the merge patch is to be merged with, and where. */
interface Place {
  readonly before: unknown;
  readonly patch: JsonObject;
  readonly path: string;
}

/** Adds what is to be done at one place; objects that both have become places of their own. */
function addOperations(
  operations: JsonPatchOperation[],
  { before, patch, path: parent }: Place,
  places: Place[],
): void {
  for (const name of Object.keys(patch)) {
    const path = pointerTo(parent, name);
    const value = patch[name];
    const present = isJsonObject(before) && Object.hasOwn(before, name) ? before[name] : undefined;
    if (value === undefined) continue;
    if (value === null) {
      // What somebody else has removed meanwhile is not there to be removed: that is no reason to fail.
      operations.push({ op: "add", path, value: null }, { op: "remove", path });
    } else if (!isJsonObject(value)) {
      operations.push({ op: "add", path, value });
    } else if (isJsonObject(present)) {
      places.push({ before: present, patch: value, path });
    } else {
      if (present === undefined || present === null) operations.push({ op: "test", path, value: null });
      operations.push({ op: "add", path, value: withoutNulls(value) });
    }
  }
}

/** Of fields that are not there, none can be removed. What is in lists is no patch. */
function withoutNulls(patch: JsonObject): unknown {
  if (!hasNulls(patch)) return patch;
  return copyJson(patch, { keeps: (field) => field !== null && field !== undefined, isWhole: Array.isArray });
}

function hasNulls(patch: JsonObject): boolean {
  const records = [patch];
  for (const record of records) {
    for (const name of Object.keys(record)) {
      const field = record[name];
      if (field === null || field === undefined) return true;
      if (isJsonObject(field)) records.push(field);
    }
  }
  return false;
}
