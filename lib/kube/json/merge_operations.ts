/** Expresses a JSON merge patch as a JSON patch. Pure. */

import type { JsonPatchOperation } from "../../steps/mod.ts";
import { copyJson } from "./json_copy.ts";
import { pointerTo } from "./json_pointer.ts";
import { isJsonObject, type JsonObject } from "./merge_patch.ts";

/**
 * Builds the JSON patch with the effect of a merge patch. A JSON patch can test the object's identity: API servers
 * ignore a UID in a merge patch of a custom resource's status or scale.
 *
 * It touches the same fields as the merge patch, so that two writers of different fields do not undo each other's work.
 * Where the merge patch creates an object in place of nothing, the JSON patch requires that there still is nothing;
 * otherwise somebody else's object would be lost. Other values are not tested (for a Run's own status some are: see
 * `replaced_values.ts`). An object cannot have become a list in the meantime, because schemas prevent it.
 *
 * @param before The object that the merge patch was decided on.
 * @param patch The merge patch, as plain JSON.
 * @returns The operations. If one of them does not fit the object, the whole patch fails.
 */
export function mergeOperations(before: unknown, patch: JsonObject): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  // Not recursive, because the stack may hold fewer levels than the API server accepts.
  const places: Place[] = [{ before, patch, path: "" }];
  for (const place of places) addOperations(operations, place, places);
  return operations;
}

/** A part of the merge patch, the value it applies to, and its path. */
interface Place {
  readonly before: unknown;
  readonly patch: JsonObject;
  readonly path: string;
}

/** Adds the operations for one place, and queues the objects inside that both have. */
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
      // Removing a field that somebody else has already removed must not fail.
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

/** A field that does not exist cannot be removed. Lists contain no patches. */
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
