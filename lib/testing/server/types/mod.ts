/**
 * The types of the built-in kinds, as Go has them: what is read of a value, and how its parts are merged. Pure.
 *
 * @module
 */

export { METADATA_TYPE, structNode } from "./builtin_types.ts";
export { type GoField, type GoStruct, goStruct, type GoType } from "./go_type.ts";
export { readGoObject } from "./go_value.ts";
export { ANY, ATOMIC, fieldType, isDeclared, SET, type TypeNode } from "./type_node.ts";
