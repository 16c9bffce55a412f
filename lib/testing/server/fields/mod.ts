/**
 * Field ownership: server-side apply and `managedFields`. Pure.
 *
 * @module
 */

export { applyConfiguration, recordApply } from "./apply.ts";
export { keyEdge } from "./field_set.ts";
export { isSameWrite, recordUpdate, type Writer } from "./managed_fields.ts";
export { typeProblem } from "./type_check.ts";
