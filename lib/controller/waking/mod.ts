/**
 * From the changes that caches tell of to the keys that wake, and how urgently.
 *
 * @module
 */

export { LateWrites } from "./late_writes.ts";
export { OwnEchoes } from "./own_echoes.ts";
export { TiedOwners } from "./tied_owners.ts";
export { connectTriggers } from "./triggering.ts";
export { type ControllerViews, obtainViews, viewFinder } from "./views.ts";
