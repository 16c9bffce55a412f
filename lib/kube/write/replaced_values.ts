/** What a status said before it was set anew: a write that arrives late, after a newer one, does not find it any more. Pure. */

import type { JsonPatchOperation } from "../../steps/mod.ts";
import { isJsonObject, type JsonObject, pointerTo } from "../json/mod.ts";

/** More than these say no more. */
const MOST_TESTS = 200;
/** Of longer lists the length is not tested. */
const MOST_ITEMS = 30;

/**
 * The tests that what a merge patch replaces is what it was when the patch was decided on. They leave the lists that it replaces
 * empty, so the changes come after them.
 *
 * Only fields that the patch changes are tested, so that two who write different fields are in nobody's way. And only values
 * that everybody spells alike: the API server compares texts, and it writes `<`, `&` and numbers with fractions in its own way.
 * A list is sent whole, so all of it is tested: what others have added to it, or changed in it, is not to be lost.
 *
 * @param before What the patch was decided on.
 * @param patch The merge patch, as plain JSON.
 */
export function replacedValues(before: unknown, patch: JsonObject): JsonPatchOperation[] {
  const tests: JsonPatchOperation[] = [];
  // A list and no calls, as the stack may hold less than the API server does.
  const places: Place[] = [{ before, patch, path: "" }];
  for (const place of places) addTests(tests, place, places);
  return tests.length > MOST_TESTS ? tests.slice(0, MOST_TESTS) : tests;
}

/** What a part of the merge patch replaces something of, and where. */
interface Place {
  readonly before: unknown;
  readonly patch: JsonObject;
  readonly path: string;
}

/** Adds the tests of one place; objects that both have become places of their own. */
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
  // A patch cannot ask for the length. It can take as many items away, and ask whether none is left.
  for (const _ of list) tests.push({ op: "remove", path: `${parent}/0` });
  tests.push({ op: "test", path: parent, value: [] });
}

/** Whether there is but one way to write it. */
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
