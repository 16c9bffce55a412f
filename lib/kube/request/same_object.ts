/** Insisting that an object is the one that was decided on, in a way that the API server honours. Pure. */

import { describeOperation, type JsonPatchOperation, type Operation, type PatchBasis } from "../../steps/mod.ts";
import { type JsonObject, mergeOperations, storedForm } from "../json/mod.ts";

/** One patch. */
export type PatchOperationOf = Extract<Operation, { verb: "patch" }>;

const UID_PATH = "/metadata/uid";

/** Above 10,000 the API server takes no JSON patch (`maxJSONPatchOperations`); some are left for tests. */
const MOST_OPERATIONS = 9_800;

/** What every answer to a question for a `scale` has. */
const SCALE: JsonObject = { metadata: {}, spec: {}, status: {} };

/**
 * The patch, made so that it is refused when another object has taken the name.
 *
 * - A JSON patch tests the UID. That is honoured everywhere, and answered with 422 that names no object.
 * - A merge patch and a strategic one have the UID in their metadata, which cannot be changed: 422 that names the field.
 * - In a merge patch of a subresource a UID is not honoured everywhere: for a custom resource's status and scale it is
 *   ignored. So it becomes a JSON patch that does the same, by what was read.
 *
 * @throws {TypeError} If it would have to be said by what was read, and only the UID is known.
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

/** Whether a body is a JSON patch that begins by testing the UID. */
export function testsUid(body: unknown): boolean {
  const first = Array.isArray(body) ? body[0] as Partial<JsonPatchOperation> | undefined : undefined;
  return first?.op === "test" && first.path === UID_PATH;
}

function uidTest({ uid }: PatchBasis): JsonPatchOperation {
  return { op: "test", path: UID_PATH, value: uid };
}

/**
 * A merge patch of a subresource as a JSON patch that does the same to the object that was decided on, and is refused for another.
 *
 * @param operation The patch.
 * @param patch Its body, as JSON has it.
 * @param basis What it was decided on.
 * @throws {TypeError} If only the UID of that is known.
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
  // Stricter than is needed, but honoured everywhere. Whoever writes that much at once writes alone.
  const resourceVersion = basis.object?.metadata.resourceVersion;
  return { ...operation, body: withMetadata(patch, { uid: basis.uid, resourceVersion }) };
}

/** With more in the metadata. A patch that makes of the metadata what it must not be is left to the API server to refuse. */
function withMetadata(body: unknown, more: Readonly<Record<string, string | undefined>>): unknown {
  const { metadata } = body as { metadata?: unknown };
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) return body;
  return { ...body as object, metadata: { ...more, ...metadata } };
}
