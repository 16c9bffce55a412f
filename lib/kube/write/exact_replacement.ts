/** Replaces an object without touching numbers that JavaScript cannot represent. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import type { JsonPatchOperation, Operation } from "../../steps/mod.ts";
import { plainForm, pointerTo } from "../json/mod.ts";
import type { PatchOperationOf } from "../request/mod.ts";

/**
 * Builds the patch with the effect of a replacement. It only sends what differs from the object that was read, and only
 * applies to the version that was read, like the replacement itself. So both give the same object.
 *
 * @param operation The replacement.
 * @param read The object as it was read, in the version that is being replaced.
 */
export function exactReplacement(
  { kind, object, subresource }: Extract<Operation, { verb: "replace" }>,
  read: KubeObject,
): PatchOperationOf {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const body: JsonPatchOperation[] = [
    { op: "test", path: "/metadata/uid", value: uid },
    // An old version here gives a conflict, as in a replacement. A failed test would say less.
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ];
  addDifferences(body, read, plainForm(object));
  const target = namespace === undefined ? { name } : { namespace, name };
  return { verb: "patch", kind, target, type: "json", body, subresource };
}

/** The present and the wanted value at one path. */
interface Place {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: string;
}

/** Not recursive, because the stack may hold fewer levels than the API server accepts. */
function addDifferences(operations: JsonPatchOperation[], before: unknown, after: unknown): void {
  const places: Place[] = [{ before, after, path: "" }];
  for (const place of places) addDifference(operations, place, places);
}

/** Compares lists of equal length item by item, so that a number in one item is not sent because of another item. */
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
