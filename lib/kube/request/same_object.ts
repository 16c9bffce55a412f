/** Makes patches fail on any object but the one they were decided on. Pure. */

import { describeOperation, type JsonPatchOperation, type Operation, type PatchBasis } from "../../steps/mod.ts";
import { type JsonObject, mergeOperations, storedForm } from "../json/mod.ts";

export type PatchOperationOf = Extract<Operation, { verb: "patch" }>;

const UID_PATH = "/metadata/uid";

/** The API server accepts at most 10,000 operations (`maxJSONPatchOperations`); some are left for tests. */
const MOST_OPERATIONS = 9_800;

/** The fields that every `scale` subresource has. */
const SCALE: JsonObject = { metadata: {}, spec: {}, status: {} };

/**
 * Changes a patch so that it fails if another object has taken the name.
 *
 * - A JSON patch tests the UID. Every API server honours that, and answers 422 without naming an object.
 * - A merge patch or strategic merge patch has the UID in its metadata, where it cannot change: 422 that names the
 *   field.
 * - In a merge patch of a custom resource's status or scale, the UID is ignored. So this becomes an equivalent JSON
 *   patch, computed from the object that was read.
 *
 * @throws {TypeError} If the object is needed for that, and only its UID is known.
 */
export function ofSameObject(operation: PatchOperationOf, basis: PatchBasis): PatchOperationOf {
  const { type, body, subresource } = operation;
  if (type === "json") {
    const operations = body as readonly JsonPatchOperation[];
    return testsUid(operations) ? operation : { ...operation, body: [uidTest(basis), ...operations] };
  }
  return type === "merge" && subresource !== undefined
    ? asJsonPatch(operation, storedForm(body, () => describeOperation(operation)) as JsonObject, basis)
    : { ...operation, body: withMetadata(body, { uid: basis.uid }) };
}

/** Whether a body is a JSON patch that first tests the UID. */
export function testsUid(body: unknown): boolean {
  const first = Array.isArray(body) ? body[0] as Partial<JsonPatchOperation> | undefined : undefined;
  return first?.op === "test" && first.path === UID_PATH;
}

function uidTest({ uid }: PatchBasis): JsonPatchOperation {
  return { op: "test", path: UID_PATH, value: uid };
}

/**
 * Turns a merge patch of a subresource into an equivalent JSON patch, which fails on any object but the one it was
 * decided on.
 *
 * @param operation The patch.
 * @param patch Its body, as JSON.
 * @param basis The object that it was decided on.
 * @throws {TypeError} If only the UID of that object is known.
 */
export function asJsonPatch(operation: PatchOperationOf, patch: JsonObject, basis: PatchBasis): PatchOperationOf {
  const before = operation.subresource === "scale" ? SCALE : basis.object;
  if (before === undefined) {
    throw new TypeError(
      `Cannot ${
        describeOperation(operation)
      } by a UID alone as API servers ignore it in a merge patch of a subresource: ` +
        "give the object that was read, or a JSON patch",
    );
  }
  const changes = mergeOperations(before, patch);
  if (changes.length < MOST_OPERATIONS) return { ...operation, type: "json", body: [uidTest(basis), ...changes] };
  // Stricter than necessary, but honoured everywhere. A writer of so many fields is the only writer anyway.
  const resourceVersion = basis.object?.metadata.resourceVersion;
  return { ...operation, body: withMetadata(patch, { uid: basis.uid, resourceVersion }) };
}

/** Adds metadata to a patch. If the patch's own metadata is invalid, the API server will refuse it. */
function withMetadata(body: unknown, more: Readonly<Record<string, string | undefined>>): unknown {
  const { metadata } = body as { metadata?: unknown };
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) return body;
  return { ...body as object, metadata: { ...more, ...metadata } };
}
