/**
 * What is told of the work to others: logs, Events, health, and what was thrown where no Run can fail with it.
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
