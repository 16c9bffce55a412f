/**
 * Custom resources: their schemas with formats and rules, and the resources of a CustomResourceDefinition. Pure.
 *
 * @module
 */

export { crdErrors } from "./crd_validation.ts";
export { customResources, customTable } from "./custom_resource.ts";
export { formatProblem } from "./schema_formats.ts";
