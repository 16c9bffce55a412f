/** Reads any schema that a user brings into a structural schema. */

import { fieldOf, itemsOf, type Place, refuse, valuesOf } from "./definition_error.ts";
import type { JsonSchema, JsonSchemaSource } from "./json_schema.ts";
import type { StructuralSchema } from "./structural_schema.ts";
import { toStructuralSchema } from "./to_structural.ts";

/** OpenAPI 3.0 is closest to what a CRD holds, but not every library can write it. */
const TARGETS = ["openapi-3.0", "draft-2020-12"] as const;

/**
 * Reads a schema.
 *
 * @throws {ResourceDefinitionError} If it is not a schema, if a CRD cannot describe its values, or if it transforms
 * them: nothing would run the transformation, and what was written is stored unchanged.
 */
export function readSchema(source: JsonSchemaSource<unknown>, place: Place): StructuralSchema {
  const input = toStructuralSchema(convert(source, "input", place), place);
  checkSameTypes(input, toStructuralSchema(convert(source, "output", place), place), place);
  return input;
}

function convert(source: JsonSchemaSource<unknown>, side: "input" | "output", place: Place): JsonSchema {
  const converter = source?.["~standard"]?.jsonSchema;
  if (!converter) {
    refuse(
      place,
      "has a schema that cannot be written as JSON Schema: use a library that speaks Standard JSON Schema, " +
        "such as zod 4.2 or newer, or wrap a plain one in jsonSchema()",
    );
  }
  let failure: unknown;
  for (const target of TARGETS) {
    try {
      return converter[side]({ target });
    } catch (error) {
      failure = error;
    }
  }
  // A TypeError means that it was not a schema. A library's own error means that JSON cannot hold the value.
  const problem = failure instanceof TypeError
    ? "contains something that is not a schema of its library"
    : "describes values that JSON cannot hold";
  refuse(place, `has a schema that ${problem}: ${failure instanceof Error ? failure.message : failure}`, failure);
}

function checkSameTypes(input: StructuralSchema, output: StructuralSchema, place: Place): void {
  if (input.type !== output.type) {
    refuse(
      place,
      `is transformed by its schema (from ${input.type ?? "any"} to ${
        output.type ?? "any"
      }), but nothing runs the transformation: ` +
        "describe the value as it is stored",
    );
  }
  const fields = new Map(Object.entries(output.properties ?? {}));
  for (const [name, field] of Object.entries(input.properties ?? {})) {
    checkSameTypes(field, fields.get(name) ?? {}, fieldOf(place, name));
  }
  if (input.items) checkSameTypes(input.items, output.items ?? {}, itemsOf(place));
  if (input.additionalProperties) {
    checkSameTypes(input.additionalProperties, output.additionalProperties ?? {}, valuesOf(place));
  }
}
