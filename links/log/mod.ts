/**
 * Drop-in for `jsr:@std/log`, for checkouts that cannot reach JSR: of its API, what this project imports.
 *
 * @module
 */

export { ConsoleHandler } from "./handlers.ts";
export type { LevelName } from "./levels.ts";
export { Logger } from "./logger.ts";
export { LogRecord } from "./record.ts";
