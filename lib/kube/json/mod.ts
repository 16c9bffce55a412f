/**
 * JSON values: equal or not, copied, patched, and with numbers that JavaScript would write otherwise. Pure.
 *
 * @module
 */

export { jsonEquals } from "./equality.ts";
export { exactBody, hasUnsafeNumber, plainForm, storedForm } from "./exact_numbers.ts";
export { pointerTo } from "./json_pointer.ts";
export { mergeOperations } from "./merge_operations.ts";
export { isJsonObject, type JsonObject, mergePatchBetween } from "./merge_patch.ts";
