/** The namespace of the operator. */

import { labelsOf } from "./labels.ts";
import type { Manifest } from "./object.ts";
import type { Settings } from "./settings.ts";

/** The namespace, which lets only restricted pods in. */
export function namespace(settings: Settings): Manifest {
  const levels = ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: settings.namespace, labels: { ...labelsOf(settings), ...Object.fromEntries(levels) } },
  };
}
