/** The parts of a deployment: what each is made of, in the order in which they are applied. */

import { alertsOf, dashboardConfigMapOf } from "../monitoring/mod.ts";
import { policyOf } from "../policy/mod.ts";
import { deployment, disruptionBudget } from "./deployment.ts";
import { labelsOf } from "./labels.ts";
import { podMonitor, service, serviceMonitor } from "./monitors.ts";
import { namespace } from "./namespace.ts";
import { networkPolicy } from "./network_policy.ts";
import type { Manifest } from "./object.ts";
import { roles, serviceAccount } from "./rights.ts";
import type { Settings } from "./settings.ts";

/** A part of a deployment. */
export type PartName =
  | "namespace"
  | "account"
  | "roles"
  | "policy"
  | "network"
  | "deployment"
  | "disruption"
  | "service"
  | "service-monitor"
  | "pod-monitor"
  | "alerts"
  | "dashboard";

/** Makes each part. Whether it is wanted is another question: {@link wanted}. */
export const PARTS: Readonly<Record<PartName, (settings: Settings) => readonly Manifest[]>> = {
  namespace: (settings) => [namespace(settings)],
  account: (settings) => [serviceAccount(settings)],
  roles,
  // Before the pod, which is never without them.
  policy,
  network: (settings) => settings.network ? [networkPolicy(settings, settings.network)] : [],
  deployment: (settings) => [deployment(settings)],
  disruption: (settings) => [disruptionBudget(settings)],
  service: (settings) => [service(settings)],
  "service-monitor": (settings) => [serviceMonitor(settings)],
  "pod-monitor": (settings) => [podMonitor(settings)],
  alerts: (settings) => [inNamespace(alertsOf, settings)],
  dashboard: (settings) => [inNamespace(dashboardConfigMapOf, settings)],
};

/** The policy goes by the names of the objects, too. */
function policy(settings: Settings): readonly Manifest[] {
  const { operator, namespace, name } = settings;
  const made = policyOf({ ...operator, name }, { serviceAccount: { namespace, name } });
  return made.map((object) => ({ ...object, metadata: { ...object.metadata, labels: labelsOf(settings) } }));
}

type MakeWatcher = (
  operator: Settings["operator"],
  options: { namespace: string; labels: Readonly<Record<string, string>> },
) => object;

/** What watches over the operator goes by the name of its objects. */
function inNamespace(make: MakeWatcher, settings: Settings): Manifest {
  const { operator, name, namespace } = settings;
  return make({ ...operator, name }, { namespace, labels: labelsOf(settings) }) as Manifest;
}

/** The parts that are wanted. */
export function wanted(settings: Settings): readonly PartName[] {
  const unwanted: Readonly<Partial<Record<PartName, boolean>>> = {
    namespace: !settings.createNamespace,
    policy: !settings.policy,
    network: settings.network === undefined,
    disruption: settings.replicas <= 1,
    service: settings.monitoring !== "service",
    "service-monitor": settings.monitoring !== "service",
    "pod-monitor": settings.monitoring !== "pod",
    alerts: !settings.alerts,
    dashboard: !settings.dashboard,
  };
  return (Object.keys(PARTS) as PartName[]).filter((part) => !unwanted[part]);
}
