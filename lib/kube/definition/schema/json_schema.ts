/** Schemas that users bring: from a library that implements Standard JSON Schema, or plain JSON Schema. */

/** How a library returns JSON Schema for values before (`input`) or after (`output`) its transformations. */
export interface JsonSchemaConverter {
  /** The schema of values as they are written. */
  readonly input: (options: JsonSchemaTarget) => Record<string, unknown>;
  /** The schema of values as they are read. */
  readonly output: (options: JsonSchemaTarget) => Record<string, unknown>;
}

/** Which JSON Schema a library should return. */
export interface JsonSchemaTarget {
  /** The dialect. */
  readonly target: "openapi-3.0" | "draft-2020-12";
}

/**
 * A schema that can be expressed as JSON Schema. The interface is Standard JSON Schema (https://standardschema.dev),
 * which zod implements since 4.2; {@link jsonSchema} makes one from a plain object.
 *
 * @typeParam Output The values as they are read.
 * @typeParam Input The values as they are written: fields with a default may be left out.
 */
export interface JsonSchemaSource<Output, Input = Output> {
  /** The interface that Standard JSON Schema defines. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema: JsonSchemaConverter;
  };
}

/** A JSON Schema object, of draft 2020-12, draft 07 or OpenAPI 3.0. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Makes a schema from a plain JSON Schema and the type that it stands for.
 *
 * @example Usage
 * ```ts
 * import { defineResource } from "@staircase/operator";
 * import { jsonSchema } from "@staircase/operator/crd";
 * import { assertEquals } from "@std/assert";
 *
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: jsonSchema<{ size?: number }>({ type: "object", properties: { size: { type: "integer" } } }),
 * });
 * assertEquals(Foo.plural, "foos");
 * ```
 *
 * @typeParam T The type of the values that match. Nothing checks that it fits the schema.
 */
export function jsonSchema<T>(schema: JsonSchema): JsonSchemaSource<T> {
  const same = () => ({ ...schema });
  return { "~standard": { version: 1, vendor: "json-schema", jsonSchema: { input: same, output: same } } };
}
