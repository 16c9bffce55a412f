/** The second: a built-in kind that is looked after, Namespaces. */

import { create, defineController, defineSteps, patch } from "@staircase/operator";
import { Namespace, ResourceQuota } from "@staircase/operator/kinds";

/** Namespaces of teams may have so many pods. */
const PODS = "20";

const steps = defineSteps(Namespace)
  .observe("find the quota", ({ kube, object }) => kube.get(ResourceQuota, "team", { namespace: object.metadata.name }))
  .change("create the quota", ({ object }, quota) =>
    quota ?? create(ResourceQuota, {
      metadata: { name: "team", namespace: object.metadata.name },
      spec: { hard: { pods: PODS } },
    }))
  .change(
    "set the quota",
    (_, quota) =>
      quota.spec?.hard?.["pods"] === PODS
        ? quota
        : patch(ResourceQuota, quota, { merge: { spec: { hard: { pods: PODS } } } }),
  );

export const quotas = defineController({ resource: Namespace, steps, owns: [ResourceQuota], labelSelector: "team" });
