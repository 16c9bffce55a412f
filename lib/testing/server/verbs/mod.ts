/**
 * All verbs except watch: how each one changes the store.
 *
 * @module
 */

export { createObject } from "./creating.ts";
export { CRD_CLEANUP, deleteCollection, deleteObject, markDeleted } from "./deleting.ts";
export { finalizeNamespace } from "./finalizing.ts";
export { patchObject } from "./patching.ts";
export { getObject, listObjects } from "./reading.ts";
export { answerScale } from "./scaling.ts";
export { isFinished, updateObject } from "./updating.ts";
