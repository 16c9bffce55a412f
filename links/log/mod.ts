/**
 * A drop-in for `jsr:@std/log`, for checkouts that cannot reach JSR. It has the part of the API that this project uses.
 *
 * @module
 */

export { ConsoleHandler } from "./handlers.ts";
export type { LevelName } from "./levels.ts";
export { Logger } from "./logger.ts";
export { LogRecord } from "./record.ts";
