/**
 * Turns the schema that a user brings into the structural schema of a CRD. Pure.
 *
 * @module
 */

export { ResourceDefinitionError } from "./definition_error.ts";
export {
  type JsonSchema,
  jsonSchema,
  type JsonSchemaConverter,
  type JsonSchemaSource,
  type JsonSchemaTarget,
} from "./json_schema.ts";
export { readSchema } from "./read_schema.ts";
export type { ConditionSchema, JsonType, StructuralSchema, ValueConditions } from "./structural_schema.ts";
