/**
 * One executable out of a program: its permissions asked of itself, its modules bundled, Deno's runtime part before it.
 *
 * @module
 */

export { readNeeds } from "./asked_permissions.ts";
export { buildExecutable, type BuildExecutableOptions, type BuiltExecutable } from "./build_executable.ts";
export { checkRuntime, TARGETS } from "./runtime_part.ts";
export { V8_FLAGS } from "./v8_flags.ts";
