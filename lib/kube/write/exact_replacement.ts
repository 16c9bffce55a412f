/** A replacement that leaves alone what it does not change: for objects with numbers that JavaScript cannot hold. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import type { JsonPatchOperation, Operation } from "../../steps/mod.ts";
import { plainForm, pointerTo } from "../json/mod.ts";
import type { PatchOperationOf } from "../request/mod.ts";

/**
 * The patch that does what a replacement of an object would do, and sends nothing but what differs from what was read. It has
 * effect only on the version that was read, as the replacement; so both leave the same object.
 *
 * @param operation The replacement.
 * @param read The object as it was read, in the version that the replacement is one of.
 */
export function exactReplacement(
  { kind, object, subresource }: Extract<Operation, { verb: "replace" }>,
  read: KubeObject,
): PatchOperationOf {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const body: JsonPatchOperation[] = [
    { op: "test", path: "/metadata/uid", value: uid },
    // A patched object with an old version is a conflict, as in a replacement; a failed test would say less.
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ];
  addDifferences(body, read, plainForm(object));
  const target = namespace === undefined ? { name } : { namespace, name };
  return { verb: "patch", kind, target, type: "json", body, subresource };
}

/** What there is and what is wanted at one place. */
interface Place {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: string;
}

/** By a list and no calls, as the stack may hold less than the API server does. */
function addDifferences(operations: JsonPatchOperation[], before: unknown, after: unknown): void {
  const places: Place[] = [{ before, after, path: "" }];
  for (const place of places) addDifference(operations, place, places);
}

/** Lists of one length are compared item by item, so that a number in one item is not sent because of another. */
function addDifference(operations: JsonPatchOperation[], { before, after, path }: Place, places: Place[]): void {
  if (Object.is(before, after)) return;
  if (!isComposite(before) || !isComposite(after) || !isAlike(before, after)) {
    operations.push({ op: "replace", path, value: after });
    return;
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) operations.push({ op: "remove", path: pointerTo(path, name) });
  }
  for (const name of Object.keys(after)) {
    const at = pointerTo(path, name);
    if (Object.hasOwn(before, name)) places.push({ before: before[name], after: after[name], path: at });
    else operations.push({ op: "add", path: at, value: after[name] });
  }
}

type Composite = Readonly<Record<string, unknown>>;

function isComposite(value: unknown): value is Composite {
  return typeof value === "object" && value !== null;
}

function isAlike(a: Composite, b: Composite): boolean {
  return Array.isArray(a) && Array.isArray(b) ? a.length === b.length : !Array.isArray(a) && !Array.isArray(b);
}
