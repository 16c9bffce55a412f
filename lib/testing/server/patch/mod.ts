/**
 * Patches other than apply: JSON patch, merge patch and strategic merge patch. Pure.
 *
 * @module
 */

export { applyJsonPatch, JsonPatchError } from "./json_patch.ts";
export { applyMergePatch } from "./merge_patch.ts";
export { applyStrategicMerge } from "./strategic_merge.ts";
