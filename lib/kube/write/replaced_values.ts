/** Tests the old values of a status in a patch, so that a write that arrives late, after a newer one, fails. Pure. */

import type { JsonPatchOperation } from "../../steps/mod.ts";
import { isJsonObject, type JsonObject, pointerTo } from "../json/mod.ts";

/** The most tests; more would add nothing. */
const MOST_TESTS = 200;
/** The longest list whose length is tested. */
const MOST_ITEMS = 30;

/**
 * Builds tests that the values which a merge patch replaces are still those it was decided on. The tests empty the
 * lists that are replaced, so the changes must come after them.
 *
 * Only fields that the patch changes are tested, so that writers of different fields do not hinder each other. And only
 * values that have one text form are tested: the API server compares texts, and it writes `<`, `&` and fractional
 * numbers in its own way. A list is sent as a whole, so it is tested as a whole: changes by others must not be lost.
 *
 * @param before The status that the patch was decided on.
 * @param patch The merge patch, as plain JSON.
 */
export function replacedValues(before: unknown, patch: JsonObject): JsonPatchOperation[] {
  const tests: JsonPatchOperation[] = [];
  // Not recursive, because the stack may hold fewer levels than the API server accepts.
  const places: Place[] = [{ before, patch, path: "" }];
  for (const place of places) addTests(tests, place, places);
  return tests.length > MOST_TESTS ? tests.slice(0, MOST_TESTS) : tests;
}

/** A part of the merge patch, the value it replaces, and its path. */
interface Place {
  readonly before: unknown;
  readonly patch: JsonObject;
  readonly path: string;
}

/** Adds the tests for one place, and queues the objects inside that both have. */
function addTests(tests: JsonPatchOperation[], { before, patch, path: parent }: Place, places: Place[]): void {
  for (const name of Object.keys(patch)) {
    const [path, value] = [pointerTo(parent, name), patch[name]];
    const present = isJsonObject(before) && Object.hasOwn(before, name) ? before[name] : undefined;
    if (isJsonObject(value)) {
      if (isJsonObject(present)) places.push({ before: present, patch: value, path });
    } else if (Array.isArray(present)) {
      addItemTests(tests, present, path);
    } else if (isPlain(present) || (present ?? undefined) === undefined && value !== null) {
      tests.push({ op: "test", path, value: present ?? null });
    }
  }
}

function addItemTests(tests: JsonPatchOperation[], list: readonly unknown[], parent: string): void {
  for (const [index, item] of list.entries()) {
    const path = pointerTo(parent, String(index));
    if (isPlain(item)) tests.push({ op: "test", path, value: item });
    if (!isJsonObject(item)) continue;
    for (const [name, value] of Object.entries(item)) {
      if (isPlain(value)) tests.push({ op: "test", path: pointerTo(path, name), value });
    }
  }
  if (list.length > MOST_ITEMS) return;
  // A patch cannot test a length. But it can remove that many items, and test that none is left.
  for (const _ of list) tests.push({ op: "remove", path: `${parent}/0` });
  tests.push({ op: "test", path: parent, value: [] });
}

/** Whether the value has only one text form. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return true;
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case "string":
      return value.length <= 200 && /^[ !#-%'-;=?-[\]-~]*$/.test(value);
    default:
      return false;
  }
}
