/**
 * The built-in resources: their defaults, and how their objects are made, checked and kept.
 *
 * @module
 */

export { builtinResources } from "./builtin.ts";
