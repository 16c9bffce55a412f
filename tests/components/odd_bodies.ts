/** Bodies of all kinds in forms that an API server does not keep, drawn at random from a seed. */

import { type DefinedResource, defineResource, type KubeObject, type ResourceKind } from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import * as kinds from "../../lib/kube/kinds/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

// deno-lint-ignore no-explicit-any -- bodies of kinds of any kind
type Loose = any;

/** What there is to choose from. */
class Words {
  readonly #random: ReturnType<typeof seededRandom>;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  pick(...values: Loose[]): Loose {
    return values[Math.floor(this.#random.next() * values.length)];
  }

  get cpu(): Loose {
    return this.pick("2000m", "2", 2, "2.0", "0.5", "500m", "1e0", "1500m");
  }

  get memory(): Loose {
    return this.pick("1024Mi", "1Gi", "1073741824", "1.5Gi", "1000M", "1G", 1048576);
  }

  get list(): Loose {
    return this.pick([], null, undefined);
  }

  get map(): Loose {
    return this.pick({}, null, undefined);
  }

  get text(): Loose {
    return this.pick("", null, undefined);
  }

  get no(): Loose {
    return this.pick(false, null, undefined);
  }

  get zero(): Loose {
    return this.pick(0, null, undefined);
  }

  shuffle(...values: Loose[]): Loose[] {
    return values.map((value) => [this.#random.next(), value] as const).sort(([a], [b]) => a - b).map(([, value]) =>
      value
    );
  }
}

const labels = { app: "odd" };

function podSpec(w: Words): Loose {
  const volume = w.pick(
    { emptyDir: {} },
    { emptyDir: { medium: "", sizeLimit: w.memory } },
    { secret: { secretName: "s", items: w.list, optional: w.no } },
    { configMap: { name: "c", items: w.list, defaultMode: w.pick(420, null, undefined) } },
    { projected: { sources: w.pick([], [{ serviceAccountToken: { path: "t" } }]) } },
    {
      downwardAPI: {
        items: [{
          path: "cpu",
          resourceFieldRef: { containerName: "main", resource: "limits.cpu", divisor: w.pick("0", "1", 0) },
        }],
      },
    },
  );
  const container = {
    name: "main",
    image: "x",
    args: w.list,
    command: w.list,
    env: w.pick([], null, [{ name: "A", value: w.text }, { name: "B", value: "1000m" }]),
    envFrom: w.list,
    ports: w.pick(
      [],
      w.shuffle({ containerPort: 80, hostPort: w.zero }, { containerPort: 53, protocol: "UDP", name: "dns" }),
    ),
    resources: w.pick({}, null, { requests: w.map, limits: { cpu: w.cpu, memory: w.memory } }),
    volumeMounts: w.pick([], [{ name: "v", mountPath: "/v", readOnly: w.no, subPath: w.text }]),
    imagePullPolicy: w.text,
    terminationMessagePath: w.text,
    securityContext: w.pick({}, null, { capabilities: {}, privileged: w.no }),
    livenessProbe: w.pick(null, {
      httpGet: { path: w.text, port: w.pick(80, "http"), scheme: w.text },
      initialDelaySeconds: w.zero,
    }),
    stdin: w.no,
    tty: w.no,
  };
  return {
    containers: [container],
    initContainers: w.list,
    volumes: [{ name: "v", ...volume }],
    nodeSelector: w.map,
    tolerations: w.pick([], null, [{ key: "k", operator: "Exists", value: w.text, effect: w.text }]),
    hostAliases: w.list,
    imagePullSecrets: w.list,
    affinity: w.map,
    securityContext: w.map,
    serviceAccountName: w.text,
    schedulerName: w.text,
    hostNetwork: w.no,
    dnsConfig: w.map,
    topologySpreadConstraints: w.list,
    terminationGracePeriodSeconds: w.pick(0, 30, null),
    readinessGates: w.list,
  };
}

function template(w: Words, more: Loose = {}): Loose {
  return {
    metadata: { labels, annotations: w.map, creationTimestamp: w.pick(null, undefined) },
    spec: { ...podSpec(w), ...more },
  };
}

function workload(w: Words, more: Loose = {}): Loose {
  return { spec: { selector: { matchLabels: labels, matchExpressions: w.list }, template: template(w), ...more } };
}

const rules = (w: Words): Loose =>
  w.pick([], null, [{ apiGroups: [""], resources: ["pods"], verbs: w.shuffle("get", "list"), resourceNames: w.list }]);
const subjects = (w: Words): Loose =>
  w.pick([], null, [{ kind: "ServiceAccount", name: "default", namespace: "default", apiGroup: w.text }, {
    kind: "User",
    name: "u",
    apiGroup: w.text,
  }]);

/** A body of each kind. */
const BODIES: Readonly<Record<string, (w: Words) => Loose>> = {
  ClusterRole: (w) => ({ rules: rules(w), aggregationRule: w.pick(null, undefined) }),
  ClusterRoleBinding: (w) => ({
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
    subjects: subjects(w),
  }),
  ConfigMap: (w) => ({
    data: w.pick({}, null, { a: "", b: "1" }),
    binaryData: w.pick({}, null, { x: "YWJj\nZGVm\n", y: "YQ==" }),
    immutable: w.no,
  }),
  CronJob: (w) => ({
    spec: {
      schedule: "0 3 * * *",
      suspend: w.no,
      timeZone: w.pick(null, "Etc/UTC"),
      concurrencyPolicy: w.text,
      jobTemplate: {
        metadata: w.map,
        spec: { backoffLimit: w.zero, template: { spec: { ...podSpec(w), restartPolicy: "Never" } } },
      },
    },
  }),
  DaemonSet: (w) => workload(w, { updateStrategy: w.map, minReadySeconds: w.zero }),
  Deployment: (w) =>
    workload(w, {
      replicas: w.pick(0, 0, null),
      paused: w.no,
      strategy: w.pick({}, null, { type: w.text, rollingUpdate: w.pick(null, { maxSurge: w.pick("25%", 1) }) }),
    }),
  EndpointSlice: (w) => ({
    addressType: "IPv4",
    endpoints: w.pick([], [{ addresses: ["10.0.0.1"], conditions: w.map, targetRef: w.map }]),
    ports: w.pick([], null, [{ port: 80, name: w.text }]),
  }),
  HorizontalPodAutoscaler: (w) => ({
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
      minReplicas: w.pick(1, null),
      maxReplicas: 2,
      behavior: w.pick(null, {}, { scaleDown: { policies: w.list } }),
      metrics: w.pick([], null, [{
        type: "Object",
        object: {
          describedObject: { kind: "Service", name: "x", apiVersion: "v1" },
          metric: { name: "q", selector: w.map },
          target: { type: "Value", value: w.cpu },
        },
      }]),
    },
  }),
  Ingress: (w) => ({
    spec: {
      ingressClassName: w.pick(null, "x"),
      tls: w.pick([], null, [{ hosts: w.list, secretName: w.text }]),
      rules: [{
        host: w.text,
        http: {
          paths: [{
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: "s", port: { number: 80, name: w.text } } },
          }],
        },
      }],
    },
  }),
  Job: (w) => ({
    spec: {
      suspend: true,
      backoffLimit: w.zero,
      parallelism: w.pick(0, null),
      template: { spec: { ...podSpec(w), restartPolicy: "Never" } },
    },
  }),
  Lease: (w) => ({
    spec: {
      holderIdentity: w.pick("me", null),
      leaseDurationSeconds: w.pick(15, null),
      renewTime: w.pick("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-01-01T01:00:00.123456+01:00", null),
    },
  }),
  LimitRange: (w) => ({
    spec: {
      limits: [{
        type: "Container",
        max: { cpu: w.cpu, memory: w.memory },
        min: w.map,
        maxLimitRequestRatio: w.pick(null, { cpu: "4000m" }, {}),
      }],
    },
  }),
  Namespace: (w) => ({ spec: w.pick({}, null, undefined) }),
  NetworkPolicy: (w) => ({
    spec: {
      podSelector: w.pick({}, { matchLabels: w.map }),
      policyTypes: w.pick([], null, ["Ingress"]),
      ingress: w.pick([], null, [{
        ports: [{ port: w.pick(80, "http"), protocol: w.pick("TCP", null) }],
        from: w.list,
      }]),
    },
  }),
  PersistentVolume: (w) => ({
    spec: {
      capacity: { storage: w.memory },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/x", type: w.text },
      mountOptions: w.list,
      storageClassName: w.text,
      volumeMode: w.text,
    },
  }),
  PersistentVolumeClaim: (w) => ({
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: w.pick("", null, "x"),
      resources: { requests: { storage: w.memory }, limits: w.map },
      selector: w.map,
      volumeName: w.text,
    },
  }),
  Pod: (w) => ({ spec: podSpec(w) }),
  PodDisruptionBudget: (w) => ({
    spec: {
      selector: { matchLabels: labels, matchExpressions: w.list },
      minAvailable: w.pick(1, "50%"),
      maxUnavailable: w.pick(null, undefined),
    },
  }),
  PriorityClass: (w) => ({ value: 5, globalDefault: w.no, description: w.text, preemptionPolicy: w.text }),
  ReplicaSet: (w) => workload(w, { replicas: 0, minReadySeconds: w.zero }),
  ResourceQuota: (w) => ({
    spec: { hard: w.pick({}, null, { cpu: w.cpu, "requests.memory": w.memory, pods: "010" }), scopes: w.list },
  }),
  Role: (w) => ({ rules: rules(w) }),
  RoleBinding: (w) => ({
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
    subjects: subjects(w),
  }),
  Secret: (w) => ({
    type: w.text,
    data: w.pick({}, null, { ca: "YWJj\nZGVm\n", x: "", y: "YQ==" }),
    stringData: w.pick({}, null, { s: "ü", e: "" }),
    immutable: w.no,
  }),
  Service: (w) => ({
    spec: {
      selector: w.pick(labels, {}, null),
      ports: w.shuffle({ name: "a", port: 80, targetPort: w.pick(8080, "http", null) }, {
        name: "b",
        port: 53,
        protocol: w.pick("UDP"),
      }),
      type: w.text,
      clusterIP: w.pick("", null, undefined, "None"),
      loadBalancerIP: w.text,
      externalIPs: w.list,
      publishNotReadyAddresses: w.no,
      sessionAffinity: w.text,
    },
  }),
  ServiceAccount: (w) => ({
    secrets: w.pick([], null, [{ name: "s", namespace: w.text }]),
    imagePullSecrets: w.list,
    automountServiceAccountToken: w.pick(false, null),
  }),
  StatefulSet: (w) =>
    workload(w, {
      replicas: 0,
      serviceName: w.pick("s", ""),
      podManagementPolicy: w.text,
      volumeClaimTemplates: w.pick([], null, [{
        metadata: { name: "data", labels: w.map },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: w.memory } },
          storageClassName: w.pick("", null),
        },
      }]),
    }),
  StorageClass: (w) => ({
    provisioner: "x.dev/y",
    parameters: w.map,
    mountOptions: w.list,
    reclaimPolicy: w.text,
    allowVolumeExpansion: w.no,
    volumeBindingMode: w.text,
  }),
  Odd: (w) => ({
    spec: {
      size: w.pick(1, null, undefined),
      port: w.pick(80, "http", null),
      quantity: w.cpu,
      when: w.pick("2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00Z"),
      set: w.shuffle("a", "b", "c"),
      byName: w.shuffle({ name: "x", value: w.text }, { name: "y" }, { name: "z", value: "1" }),
      atomic: w.pick([], null, [{ a: w.map }]),
      nested: w.pick({}, null, { inner: w.map }),
      any: w.pick({}, null, { deep: { a: null, b: [], c: "" } }),
      maybe: w.pick(null, "x"),
      embedded: w.pick(null, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", labels: w.map },
        data: w.map,
      }),
    },
  }),
};

/** A custom kind with defaults, lists of all types, and the other features of a schema. */
export const Odd: DefinedResource<object, never> = defineResource({
  group: "odd.example.dev",
  version: "v1",
  kind: "Odd",
  scope: "Namespaced",
  spec: jsonSchema<object>({
    type: "object",
    properties: {
      size: { type: "integer", default: 3 },
      port: { "x-kubernetes-int-or-string": true },
      quantity: { "x-kubernetes-int-or-string": true },
      when: { type: "string", format: "date-time" },
      set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
      byName: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string" },
            value: { type: "string", default: "none" },
            on: { type: "boolean", default: true },
          },
        },
      },
      atomic: {
        type: "array",
        items: { type: "object", properties: { a: { type: "object", additionalProperties: { type: "string" } } } },
      },
      nested: {
        type: "object",
        default: {},
        properties: {
          inner: { type: "object", default: { x: 1 }, properties: { x: { type: "integer", default: 2 } } },
        },
      },
      any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      maybe: { type: "string", nullable: true },
      embedded: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
  }),
});

/** The kinds that have a body, and one made for a seed. */
export const oddBodies: readonly {
  readonly kind: ResourceKind<KubeObject & Loose>;
  readonly bodyFor: (seed: number) => Loose;
}[] = [...Object.values(kinds as Loose), Odd].flatMap((kind: Loose) => {
  const make = BODIES[kind?.kind];
  return make
    ? [{
      kind,
      bodyFor: (seed: number) => {
        const words = new Words(seed);
        return { ...make(words), metadata: { annotations: words.pick({}, { note: "" }, undefined) } };
      },
    }]
    : [];
});
