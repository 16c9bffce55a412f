/** What the API server refuses of built-in kinds: one line for each rule, with what it says. */

import { assertEquals } from "@std/assert";
import { causesOf, fails } from "../api.ts";
import type { Case, Target } from "../target.ts";

type Body = Record<string, unknown>;

const LABELS = { app: "x" };
const POD = { containers: [{ name: "m", image: "i" }] };
const TEMPLATE = { metadata: { labels: LABELS }, spec: POD };
const WORKLOAD = { selector: { matchLabels: LABELS }, template: TEMPLATE };
const ONCE = { template: { spec: { ...POD, restartPolicy: "Never" } } };
const CLAIM = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

/** What is wrong, and what is said of it. */
type Row = readonly [wrong: Body, ...causes: string[]];

interface Rules {
  readonly name: string;
  path(t: Target): string;
  body(wrong: Body): Body;
  readonly rows: readonly Row[];
}

const container = (wrong: Body) => ({ spec: { containers: [{ name: "m", image: "i", ...wrong }] } });
const withSpec = (spec: Body) => (wrong: Body) => ({ spec: { ...spec, ...wrong } });

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex " +
  "used for validation is '[0-9]+%')";

const RULES: readonly Rules[] = [
  {
    name: "containers",
    path: (t) => t.core("pods"),
    body: container,
    rows: [
      [{ image: " i" }, 'spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
      [{ ports: [{ containerPort: 0 }] }, "spec.containers[0].ports[0].containerPort: Required value"],
      [
        { ports: [{ containerPort: 70000 }] },
        "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
      ],
      [
        { resources: { limits: { cpu: "1" }, requests: { cpu: "2" } } },
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
      [{ volumeMounts: [{ name: "v", mountPath: "/x" }] }, 'spec.containers[0].volumeMounts[0].name: Not found: "v"'],
      [{ livenessProbe: {} }, "spec.containers[0].livenessProbe: Required value: must specify a handler type"],
      [{ env: [{ name: "" }] }, "spec.containers[0].env[0].name: Required value"],
      [
        { imagePullPolicy: "X" },
        'spec.containers[0].imagePullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
  },
  {
    name: "Pods",
    path: (t) => t.core("pods"),
    body: withSpec(POD),
    rows: [
      [
        { restartPolicy: "X" },
        'spec.restartPolicy: Unsupported value: "X": supported values: "Always", "OnFailure", "Never"',
      ],
      [{ volumes: [{ name: "v" }, { name: "v" }] }, 'spec.volumes[1].name: Duplicate value: "v"'],
      [{ volumes: [{ name: "v", secret: {} }] }, "spec.volumes[0].secret.secretName: Required value"],
      [
        { tolerations: [{ key: "a", operator: "Exists", value: "b" }] },
        `spec.tolerations[0].operator: Invalid value: "b": value must be empty when \`operator\` is 'Exists'`,
      ],
      [
        { activeDeadlineSeconds: 0 },
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
      ],
    ],
  },
  {
    name: "Deployments",
    path: (t) => t.grouped("apps/v1", "deployments"),
    body: withSpec(WORKLOAD),
    rows: [
      [{ selector: {} }, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
      [
        { template: { ...TEMPLATE, spec: { ...POD, restartPolicy: "Never" } } },
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      ],
      [
        { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
        "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
      ],
      [
        { strategy: { rollingUpdate: { maxSurge: "x" } } },
        `spec.strategy.rollingUpdate.maxSurge: Invalid value: "x": ${PERCENT}`,
      ],
      [
        { strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } },
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
      ],
      [{ minReadySeconds: -1 }, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
    ],
  },
  {
    name: "Services",
    path: (t) => t.core("services"),
    body: withSpec({ selector: LABELS, ports: [{ port: 80 }] }),
    rows: [
      [
        { ports: [{ port: 80 }, { port: 81 }] },
        "spec.ports[0].name: Required value",
        "spec.ports[1].name: Required value",
      ],
      [
        { ports: [{ port: 80, targetPort: "8080" }] },
        'spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)',
      ],
      [
        { ports: [{ port: 80, nodePort: 30001 }] },
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      ],
      [{ type: "ExternalName" }, "spec.externalName: Required value"],
      [
        { clusterIP: "None", type: "NodePort" },
        `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
      ],
      [
        { externalTrafficPolicy: "Local" },
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      ],
    ],
  },
  {
    name: "Jobs",
    path: (t) => t.grouped("batch/v1", "jobs"),
    body: withSpec(ONCE),
    rows: [
      [{ parallelism: -1 }, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"],
      [
        { completionMode: "X" },
        'spec.completionMode: Unsupported value: "X": supported values: "NonIndexed", "Indexed"',
      ],
      [
        { template: { spec: POD } },
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
  },
  {
    name: "CronJobs",
    path: (t) => t.grouped("batch/v1", "cronjobs"),
    body: withSpec({ schedule: "* * * * *", jobTemplate: { spec: ONCE } }),
    rows: [
      [{ schedule: "bogus" }, 'spec.schedule: Invalid value: "bogus": expected exactly 5 fields, found 1: [bogus]'],
      [
        { schedule: "60 * * * *" },
        'spec.schedule: Invalid value: "60 * * * *": end of range (60) above maximum (59): 60',
      ],
      [{ timeZone: "Nope" }, 'spec.timeZone: Invalid value: "Nope": unknown time zone Nope'],
    ],
  },
  {
    name: "ConfigMaps and Secrets",
    path: (t) => t.core("secrets"),
    body: (wrong) => wrong,
    rows: [
      [{ type: "kubernetes.io/tls" }, "data[tls.crt]: Required value", "data[tls.key]: Required value"],
      [
        { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "eA==" } },
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ' +
        "invalid character 'x' looking for beginning of value",
      ],
    ],
  },
  {
    name: "claims",
    path: (t) => t.core("persistentvolumeclaims"),
    body: withSpec(CLAIM),
    rows: [
      [{ accessModes: [] }, "spec.accessModes: Required value: at least 1 access mode is required"],
      [{ resources: {} }, "spec.resources[storage]: Required value"],
    ],
  },
  {
    name: "autoscalers",
    path: (t) => t.grouped("autoscaling/v2", "horizontalpodautoscalers"),
    body: withSpec({ scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" }, maxReplicas: 3 }),
    rows: [
      [{ minReplicas: 5 }, "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"],
      [
        { scaleTargetRef: { kind: "Deployment", name: "d" } },
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      ],
    ],
  },
  {
    name: "Ingresses",
    path: (t) => t.grouped("networking.k8s.io/v1", "ingresses"),
    body: (spec) => ({ spec }),
    rows: [
      [{}, "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
      [
        { defaultBackend: { service: { name: "s" } } },
        "spec.defaultBackend: Required value: port name or number is required",
      ],
    ],
  },
  {
    name: "roles",
    path: (t) => t.grouped("rbac.authorization.k8s.io/v1", "roles"),
    body: (rule) => ({ rules: [rule] }),
    rows: [
      [
        { verbs: ["get"], resources: ["pods"] },
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      ],
      [
        { verbs: ["get"], nonResourceURLs: ["/x"] },
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
      ],
    ],
  },
];

function caseOf({ name, path, body, rows }: Rules): Case {
  return {
    name: `${name} are checked`,
    async run(t) {
      for (const [wrong, ...causes] of rows) {
        const given = { metadata: { name: "a" }, ...body(wrong) };
        const status = await fails(422, "Invalid", t.api.create(path(t), given, { dryRun: "All" }));
        assertEquals(causesOf(status), causes, JSON.stringify(wrong));
      }
    },
  };
}

export const REFUSING: readonly Case[] = [
  ...RULES.map(caseOf),
  {
    name: "names are checked by what they are used for",
    async run(t) {
      const sets = t.grouped("apps/v1", "statefulsets");
      const dotted = await fails(422, "Invalid", t.api.create(sets, { metadata: { name: "a.b" }, spec: WORKLOAD }));
      assertEquals(causesOf(dotted), ['metadata.name: Invalid value: "a.b": must not contain dots']);
      const spec = { schedule: "* * * * *", jobTemplate: { spec: ONCE } };
      const name = "a".repeat(53);
      const cronJobs = t.grouped("batch/v1", "cronjobs");
      const long = await fails(422, "Invalid", t.api.create(cronJobs, { metadata: { name }, spec }));
      assertEquals(causesOf(long), [`metadata.name: Invalid value: "${name}": must be no more than 52 characters`]);
    },
  },
];
