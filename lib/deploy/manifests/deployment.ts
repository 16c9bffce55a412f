/** The Deployment, and what keeps enough of its pods. */

import { labelsOf, namespacedMeta, selectorOf } from "./labels.ts";
import type { Manifest } from "./object.ts";
import { podTemplate } from "./pod.ts";
import type { Settings } from "./settings.ts";

/** The Deployment. */
export function deployment(settings: Settings): Manifest {
  const { replicas } = settings;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: namespacedMeta(settings),
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      // Two processes at once do the work twice: the old one ends before the new one begins.
      strategy: replicas > 1 ? { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } } : { type: "Recreate" },
      selector: { matchLabels: selectorOf(settings) },
      template: podTemplate(settings),
    },
  };
}

/** The PodDisruptionBudget of several pods. For one, it would either keep its node from being drained, or say nothing. */
export function disruptionBudget(settings: Settings): Manifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { ...namespacedMeta(settings), labels: labelsOf(settings) },
    spec: {
      maxUnavailable: 1,
      // One that is not ready does no work, and need not be kept.
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorOf(settings) },
    },
  };
}
