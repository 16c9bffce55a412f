/**
 * Writes: turns a change into one request, and interprets the answer. The performer alone writes for a Run.
 *
 * @module
 */

export { type DeclaredWrite, type ObjectOperation, type PlacedWrite, UndeclaredWriteError } from "./declared_writes.ts";
export type { RunOwner } from "./draft.ts";
export { addFinalizer, removeFinalizer } from "./finalizer.ts";
export { ownerReference } from "./owner_references.ts";
export { createPerformer, type ImpliedWrites, type Performer, type PerformerOptions } from "./performer.ts";
export { type StatusDifference, statusDifference } from "./status_difference.ts";
export { writeAlone } from "./write_alone.ts";
export type { SeenOfKind, WriteResult } from "./write_result.ts";
