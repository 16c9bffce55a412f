/**
 * What it takes to deploy an operator, computed from what its controllers declare. Nearly everything is a value and a pure
 * function: only its permissions depend on the machine, and can be revoked.
 *
 * @example An operator as a value
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator } from "@staircase/operator/deploy";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
 * const operator = defineOperator({ controllers: [settings], version: "1.2.0" });
 * assertEquals(operator.version, "1.2.0");
 * ```
 *
 * @module
 */

export {
  type AlongsideContext,
  defineOperator,
  type FlagDefinition,
  type FlagDefinitions,
  type FlagValues,
  type Operator,
  type OperatorOptions,
} from "./operator/mod.ts";
export {
  assertOwnPermissions,
  describeKept,
  type KeptPermissions,
  type OperatorNeeds,
  operatorPermissions,
  type OperatorPermissionsOptions,
  type PermissionSet,
  permissionSet,
  revokeExcept,
} from "./permissions/mod.ts";
export {
  type EnvVariable,
  type Manifest,
  type ManifestMeta,
  type ManifestOptions,
  type Manifests,
  manifests,
  type NetworkPolicyOptions,
  type Quantities,
  type ResourceOptions,
} from "./manifests/mod.ts";
export { type Files, renderHelm, renderKustomize, renderYaml } from "./render/mod.ts";
