/**
 * Operations on JSON values: compare, copy, patch, and numbers that JavaScript would change. Pure.
 *
 * @module
 */

export { jsonEquals } from "./equality.ts";
export { exactBody, hasUnsafeNumber, plainForm, storedForm } from "./exact_numbers.ts";
export { pointerTo } from "./json_pointer.ts";
export { mergeOperations } from "./merge_operations.ts";
export { isJsonObject, type JsonObject, mergePatchBetween } from "./merge_patch.ts";
