/**
 * Manifests as files: YAML, a base for Kustomize, a chart for Helm. Pure; what writes YAML is loaded when it is called,
 * so that an operator at work does without.
 *
 * @module
 */

import type { Manifest, ManifestOptions, Manifests } from "../manifests/mod.ts";
import type { Operator } from "../operator/mod.ts";
import type { Files } from "./files.ts";

export type { Files } from "./files.ts";

/**
 * Objects as YAML, each a document, as `kubectl apply -f -` reads it.
 *
 * @example Usage
 * ```ts
 * import { renderYaml } from "@staircase/operator/deploy";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "settings" }, data: { power: "on" } };
 * assertEquals(
 *   await renderYaml([settings]),
 *   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  power: 'on'\n",
 * );
 * ```
 *
 * @param objects The objects, such as those of `manifests`.
 */
export async function renderYaml(objects: readonly Manifest[]): Promise<string> {
  const { yamlOf } = await import("./yaml.ts");
  return yamlOf(objects);
}

/**
 * A deployment as a base for Kustomize: `kustomization.yaml` with a file for each object, and `crds/`, a base of its own
 * for the definitions, which is applied first.
 *
 * @example Usage
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator, manifests, renderKustomize } from "@staircase/operator/deploy";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assert } from "@std/assert";
 *
 * const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
 * const operator = defineOperator({ controllers: [settings] });
 * const files = await renderKustomize(manifests(operator, { image: "registry.example/settings:1.0.0" }));
 * assert(files["kustomization.yaml"]?.includes("deployment.yaml"));
 * ```
 *
 * @param manifests What `manifests` has computed.
 * @returns The texts of files by their paths.
 */
export async function renderKustomize(manifests: Manifests): Promise<Files> {
  const { kustomizeOf } = await import("./kustomize.ts");
  return kustomizeOf(manifests);
}

/**
 * A deployment as a chart for Helm. Its values are what the options say; a chart that is installed under the operator's
 * name, without values, gives what `manifests` computes, but for Helm's own labels.
 *
 * @example Usage
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator, renderHelm } from "@staircase/operator/deploy";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assert } from "@std/assert";
 *
 * const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
 * const operator = defineOperator({ controllers: [settings] });
 * const files = await renderHelm(operator, { image: "registry.example/settings:1.0.0" });
 * assert(files["values.yaml"]?.includes("repository: registry.example/settings"));
 * ```
 *
 * @param operator The operator.
 * @param options As for `manifests`.
 * @returns The texts of files by their paths.
 * @throws {OptionsError} If an option is wrong or unknown, or the operator's version is none of a chart.
 */
export async function renderHelm(
  operator: Operator,
  options: ManifestOptions,
): Promise<Files> {
  const { chartOf } = await import("./helm/mod.ts");
  return chartOf(operator, options);
}
