/** The objects that deploy an operator. */

import type { Operator } from "../operator/mod.ts";
import type { Manifest } from "./object.ts";
import type { ManifestOptions } from "./options.ts";
import { type PartName, PARTS, wanted } from "./parts.ts";
import { resolveManifestOptions } from "./resolve_options.ts";
import type { Settings } from "./settings.ts";

/** The objects that deploy an operator, in the order in which to apply them. */
export interface Manifests {
  /**
   * The definitions of its kinds, to be applied first, and apart: whoever deletes them deletes all objects of these
   * kinds. Empty if the operator installs them itself.
   */
  readonly crds: readonly Manifest[];
  /** All else. */
  readonly objects: readonly Manifest[];
}

/**
 * Computes the objects that deploy an operator, with no more rights than its controllers declare: a service account, its
 * roles, a Deployment of one restricted pod, a NetworkPolicy, and what the options ask for.
 *
 * @param operator The operator.
 * @param options The image, and what differs from the defaults.
 * @returns Plain objects, as `kubectl apply` takes them.
 * @throws {OptionsError} If an option is wrong or unknown.
 *
 * @example Usage
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator, manifests } from "@staircase/operator/deploy";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
 * const operator = defineOperator({ controllers: [settings] });
 * const { objects } = manifests(operator, { image: "registry.example/settings:1.0.0" });
 * assertEquals(objects.map(({ kind }) => kind), [
 *   "Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "NetworkPolicy", "Deployment",
 * ]);
 * ```
 */
export function manifests(operator: Operator, options: ManifestOptions): Manifests {
  return manifestsOf(resolveManifestOptions(operator, options));
}

/** The objects of a deployment whose options are complete. */
export function manifestsOf(settings: Settings): Manifests {
  return {
    crds: settings.installCrds ? [] : crdsOf(settings),
    objects: wanted(settings).flatMap((part) => partOf(settings, part)),
  };
}

/** The objects of one part of a deployment. */
export function partOf(settings: Settings, part: PartName): readonly Manifest[] {
  return PARTS[part](settings).map(plain);
}

/** The definitions of the operator's kinds. */
export function crdsOf({ operator }: Settings): readonly Manifest[] {
  return operator.kinds.map(({ crd }) => plain(crd as unknown as Manifest));
}

/** A copy that shares nothing, without fields that are `undefined`. */
function plain(object: Manifest): Manifest {
  return JSON.parse(JSON.stringify(object));
}
