/** How Prometheus finds `/metrics`: objects of its operator. */

import { namespacedMeta, selectorOf } from "./labels.ts";
import type { Manifest } from "./object.ts";
import { PORT_NAME } from "./pod.ts";
import type { Settings } from "./settings.ts";

const ENDPOINT = { port: PORT_NAME, path: "/metrics" } as const;

/** The Service of the metrics. */
export function service(settings: Settings): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: namespacedMeta(settings),
    spec: {
      type: "ClusterIP",
      selector: selectorOf(settings),
      ports: [{ name: PORT_NAME, port: settings.port, targetPort: PORT_NAME, protocol: "TCP" }],
    },
  };
}

/** Finds the pods by themselves. */
export function podMonitor(settings: Settings): Manifest {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: namespacedMeta(settings),
    spec: { selector: { matchLabels: selectorOf(settings) }, podMetricsEndpoints: [ENDPOINT] },
  };
}

/** Finds them by the Service. */
export function serviceMonitor(settings: Settings): Manifest {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: namespacedMeta(settings),
    spec: { selector: { matchLabels: selectorOf(settings) }, endpoints: [ENDPOINT] },
  };
}
