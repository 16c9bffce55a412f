/**
 * CustomResourceDefinitions: what `defineResource` makes of a definition, for tools that print it, compare it or apply it in
 * another way than `installCrd`; and {@link jsonSchema}, for kinds whose schemas are plain JSON Schema.
 *
 * @example A manifest for `kubectl apply --filename=-`, without a schema library
 * ```ts
 * import { defineResource } from "@staircase/operator";
 * import { type CrdManifest, jsonSchema } from "@staircase/operator/crd";
 * import { assertEquals } from "@std/assert";
 *
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: jsonSchema<{ size?: number }>({ type: "object", properties: { size: { type: "integer" } } }),
 * });
 * const manifest: CrdManifest = Foo.crd;
 * assertEquals(JSON.parse(JSON.stringify(manifest)).metadata.name, "foos.example.dev");
 * ```
 *
 * @module
 */

// The manifest.
export type { CrdInstallation, CrdManifest, CrdVersion, PrinterColumn, ScaleSubresource } from "../kube/mod.ts";
export type { ConditionSchema, JsonType, StructuralSchema, ValueConditions } from "../kube/mod.ts";
// Where schemas come from.
export { type JsonSchema, jsonSchema, type JsonSchemaSource } from "../kube/mod.ts";
export type { JsonSchemaConverter, JsonSchemaTarget } from "../kube/mod.ts";
