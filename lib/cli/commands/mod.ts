/**
 * The commands of an operator's program. Loaded for all but a `run` whose arguments are plain.
 *
 * @module
 */

export { runCommand } from "./run_command.ts";
