/**
 * Turns changes in the caches into keys to wake, with their urgency.
 *
 * @module
 */

export { LateWrites } from "./late_writes.ts";
export { OwnEchoes } from "./own_echoes.ts";
export { TiedOwners } from "./tied_owners.ts";
export { connectTriggers } from "./triggering.ts";
export { type ControllerViews, obtainViews, viewFinder } from "./views.ts";
