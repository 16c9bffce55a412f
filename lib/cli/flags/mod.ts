/**
 * The flags of commands as values: what help, completions and the environment know of them, and what their texts mean.
 *
 * @module
 */

export { type Flag, type Flags, flags, type Given, isRepeatable, type Values } from "./flag.ts";
export { plainFlags } from "./plain.ts";
export { UsageError } from "./usage_error.ts";
export { type ReadVariable, textsOf, valuesOf } from "./values.ts";
