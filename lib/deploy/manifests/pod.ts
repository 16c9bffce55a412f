/** The pod: one container with no more than it needs. */

import { openPorts } from "./egress.ts";
import { labelsOf, selectorOf } from "./labels.ts";
import type { Settings } from "./settings.ts";

/** Where the service account is expected. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How long a token is good for, in seconds. The kubelet replaces it when four fifths of it are over. */
const TOKEN_SECONDS = 3_600;

/** What a shutdown takes besides the Runs: four seconds for those that ignore their signal and for Events, and one. */
const SHUTDOWN_MARGIN_SECONDS = 5;

/** The name of the port. */
export const PORT_NAME = "metrics";

/** The template of the Deployment. */
export function podTemplate(settings: Settings): Record<string, unknown> {
  const { podAnnotations } = settings;
  return {
    metadata: {
      labels: labelsOf(settings),
      ...(isFilled(podAnnotations) && { annotations: podAnnotations }),
    },
    spec: podSpec(settings),
  };
}

function podSpec(settings: Settings): Record<string, unknown> {
  const { operator, runAsUser, imagePullSecrets, priorityClassName, nodeSelector, tolerations, affinity } = settings;
  return {
    serviceAccountName: settings.name,
    // Mounted below instead, with an end.
    automountServiceAccountToken: false,
    // Otherwise the addresses of all Services of the namespace are in the environment.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      ...(runAsUser !== undefined && { runAsUser, runAsGroup: runAsUser }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: Math.ceil(operator.shutdownTimeout / 1_000) + SHUTDOWN_MARGIN_SECONDS,
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(isFilled(imagePullSecrets) && { imagePullSecrets }),
    ...(isFilled(nodeSelector) && { nodeSelector }),
    ...(isFilled(tolerations) && { tolerations }),
    ...(isFilled(affinity) && { affinity }),
    ...(settings.replicas > 1 && { topologySpreadConstraints: spread(settings) }),
    containers: [container(settings)],
    volumes: [accountVolume()],
  };
}

function container(settings: Settings): Record<string, unknown> {
  const { image, imagePullPolicy, env, resources, port } = settings;
  return {
    name: "operator",
    image,
    ...(imagePullPolicy !== undefined && { imagePullPolicy }),
    args: argumentsOf(settings),
    ...(isFilled(env) && { env }),
    ports: [
      { name: PORT_NAME, containerPort: port, protocol: "TCP" },
      ...openPorts(settings.operator.needs.net)
        .filter((open) => open !== port)
        .map((open) => ({ name: `port-${open}`, containerPort: open, protocol: "TCP" })),
    ],
    ...probes(),
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "service-account", mountPath: SERVICE_ACCOUNT, readOnly: true }],
  };
}

/** The arguments, as the command line of `./cli` has them. */
function argumentsOf({ port, logLevel, installCrds, watchNamespaces, flagArguments }: Settings): readonly string[] {
  const namespaces = watchNamespaces === "*" ? ["*"] : watchNamespaces ?? [];
  return [
    "run",
    `--port=${port}`,
    "--log-format=json",
    `--log-level=${logLevel}`,
    ...(installCrds ? [] : ["--no-install-crds"]),
    ...namespaces.map((namespace) => `--namespace=${namespace}`),
    ...flagArguments,
  ];
}

/**
 * `/livez` fails when a controller is stuck for good, never while the API server is away. Nothing listens before the API
 * server has been found, so a start may take ten minutes. A pod is ready when all kinds have been listed.
 */
function probes(): Record<string, unknown> {
  const at = (path: string) => ({ httpGet: { path, port: PORT_NAME }, timeoutSeconds: 5 });
  return {
    startupProbe: { ...at("/livez"), periodSeconds: 2, failureThreshold: 300 },
    livenessProbe: { ...at("/livez"), periodSeconds: 20, failureThreshold: 3 },
    readinessProbe: { ...at("/readyz"), periodSeconds: 5, failureThreshold: 3 },
  };
}

/** What a pod has where its account is mounted by itself, but with a token that ends. */
function accountVolume(): Record<string, unknown> {
  const namespace = { path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } };
  const sources = [
    { serviceAccountToken: { path: "token", expirationSeconds: TOKEN_SECONDS } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    { downwardAPI: { items: [namespace] } },
  ];
  // Readable for all, as its owner is root.
  return { name: "service-account", projected: { defaultMode: 0o444, sources } };
}

/** On different nodes, and best in different zones. */
function spread(settings: Settings): readonly unknown[] {
  const labelSelector = { matchLabels: selectorOf(settings) };
  return ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => (
    { maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector }
  ));
}

function isFilled(value: object): boolean {
  return Object.keys(value).length > 0;
}
