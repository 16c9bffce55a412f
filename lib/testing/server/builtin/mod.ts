/**
 * The built-in resources: their defaults, and how their objects are created, validated and updated.
 *
 * @module
 */

export { builtinResources } from "./builtin.ts";
