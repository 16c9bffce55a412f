/**
 * Kinds of your own: defined once, turned into a CRD, and installed.
 *
 * @module
 */

export type { CrdManifest, CrdVersion, PrinterColumn, ScaleSubresource } from "./crd_manifest.ts";
export { type DefinedResource, defineResource, type ResourceDefinition } from "./define_resource.ts";
export { type CrdInstallation, installCrd, type InstallCrdOptions } from "./install_crd.ts";
export {
  type ConditionSchema,
  type JsonSchema,
  jsonSchema,
  type JsonSchemaConverter,
  type JsonSchemaSource,
  type JsonSchemaTarget,
  type JsonType,
  ResourceDefinitionError,
  type StructuralSchema,
  type ValueConditions,
} from "./schema/mod.ts";
