/**
 * The Go types of the built-in kinds: how values are decoded, and how their parts are merged. Pure.
 *
 * @module
 */

export { METADATA_TYPE, structNode } from "./builtin_types.ts";
export { type GoField, type GoStruct, goStruct, type GoType } from "./go_type.ts";
export { readGoObject } from "./go_value.ts";
export { ANY, ATOMIC, fieldType, isDeclared, SET, type TypeNode } from "./type_node.ts";
