/**
 * Reports about the work: logs, Events, health, and errors that occur where no Run can fail with them.
 *
 * @module
 */

export { type EventTeller, EventTelling } from "./event_telling.ts";
export { foreignLog } from "./foreign_log.ts";
export { type ControllerHealth, livenessOf, readinessOf } from "./health.ts";
export { Mishaps } from "./mishaps.ts";
export { randomId } from "./random_id.ts";
export { onUncaught } from "./uncaught.ts";
export { watchLog } from "./watch_log.ts";
