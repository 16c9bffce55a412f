/** Schemas as users bring them: of any library that speaks Standard JSON Schema, or plain JSON Schema. */

/** How a library is asked for JSON Schema: for values before (`input`) or after (`output`) its transformations. */
export interface JsonSchemaConverter {
  /** The schema of values as they are written. */
  readonly input: (options: JsonSchemaTarget) => Record<string, unknown>;
  /** The schema of values as they are read. */
  readonly output: (options: JsonSchemaTarget) => Record<string, unknown>;
}

/** Which JSON Schema a library is asked for. */
export interface JsonSchemaTarget {
  /** The dialect. */
  readonly target: "openapi-3.0" | "draft-2020-12";
}

/**
 * A schema of values, as JSON Schema can say it. The shape is that of Standard JSON Schema (https://standardschema.dev), which
 * zod has from 4.2 on; {@link jsonSchema} makes one of a plain object.
 *
 * @typeParam Output The values as they are read.
 * @typeParam Input The values as they are written: what has a default may be left out.
 */
export interface JsonSchemaSource<Output, Input = Output> {
  /** What Standard JSON Schema asks of a schema. */
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
 * A plain JSON Schema, with the type that it stands for.
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
 * @typeParam T The type of the values that match. Nobody checks that it does.
 */
export function jsonSchema<T>(schema: JsonSchema): JsonSchemaSource<T> {
  const same = () => ({ ...schema });
  return { "~standard": { version: 1, vendor: "json-schema", jsonSchema: { input: same, output: same } } };
}
