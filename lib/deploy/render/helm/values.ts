/** The values of a chart: what each means, what it is if nothing is said, and what it may be. One table. */

import { parseImage, type Settings } from "../../manifests/mod.ts";
import { valueYaml } from "../yaml.ts";

/** A part of a JSON schema. */
type Schema = Readonly<Record<string, unknown>>;

/** One value of a chart. */
export interface ChartValue {
  readonly name: string;
  /** What it means, for whoever reads `values.yaml`. */
  readonly comment: string;
  readonly value: unknown;
  readonly schema: Schema;
}

const TEXT = { type: "string" } as const;
const SWITCH = { type: "boolean" } as const;
const TEXTS = { type: "object", additionalProperties: TEXT } as const;
const PORT = { type: "integer", minimum: 1, maximum: 65_535 } as const;
const NAMESPACE = { type: "string", pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" } as const;
const OBJECTS = { type: "array", items: { type: "object" } } as const;

/** The values of an operator's chart. */
export function chartValues(settings: Settings, descriptions: Readonly<Record<string, string>>): readonly ChartValue[] {
  return [
    ...aboutTheImage(settings),
    ...aboutNamespaces(settings),
    ...aboutTheProcess(settings, descriptions),
    ...aboutTheCluster(settings),
    ...aboutThePlace(settings),
  ];
}

function aboutTheImage({ image, imagePullPolicy = "", imagePullSecrets }: Settings): ChartValue[] {
  const { repository, tag = "", digest = "" } = parseImage(image)!;
  return [{
    name: "image",
    comment: "The image: registry and path, its tag, and its digest, which says exactly which one it is. " +
      "An empty pullPolicy is the cluster's own.",
    value: { repository, tag, digest, pullPolicy: imagePullPolicy },
    schema: object({
      repository: { ...TEXT, minLength: 1 },
      tag: { ...TEXT, pattern: "^([A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?$" },
      digest: { ...TEXT, pattern: "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})?$" },
      pullPolicy: { enum: ["", "Always", "IfNotPresent", "Never"] },
    }),
  }, {
    name: "imagePullSecrets",
    comment: "Secrets with which nodes pull it: a list of { name }.",
    value: imagePullSecrets,
    schema: { type: "array", items: object({ name: TEXT }) },
  }];
}

function aboutNamespaces(settings: Settings): ChartValue[] {
  const { watchNamespaces } = settings;
  return [
    {
      name: "namespace",
      comment: "The namespace that the operator runs in. If it is empty, it is that of the release.",
      value: "",
      schema: { ...TEXT, pattern: `^$|${NAMESPACE.pattern}` },
    },
    ...(isScoped(settings)
      ? [{
        name: "watchNamespaces",
        comment:
          "The namespaces in which it looks after its objects, which must be there. With some, it has Roles in " +
          "these and no rights in others. If there are none, they are those of its controllers, usually all.",
        value: Array.isArray(watchNamespaces) ? watchNamespaces : [],
        schema: { type: "array", items: NAMESPACE, uniqueItems: true },
      }]
      : []),
  ];
}

/** Whether a controller's kind is in namespaces. */
export function isScoped({ operator }: Settings): boolean {
  return operator.controllers.some(({ resource }) => resource.scope === "Namespaced");
}

function aboutTheProcess(settings: Settings, descriptions: Readonly<Record<string, string>>): ChartValue[] {
  const { flags } = settings;
  const about = Object.keys(flags).map((name) => `${name}: ${descriptions[name] ?? ""}`);
  return [
    {
      name: "replicas",
      comment: "How many processes: 1, or 0 for an operator that rests. Each of several would do all of the work.",
      value: settings.replicas,
      schema: { type: "integer", minimum: 0, maximum: 1 },
    },
    ...(about.length > 0
      ? [{
        name: "flags",
        comment:
          `Flags of its own, as texts (--set-string). ${about.join("; ")}. Where a flag changes which hosts it ` +
          "asks, networkPolicy.egress changes, too.",
        value: flags,
        schema: object(Object.fromEntries(Object.keys(flags).map((name) => [name, TEXT]))),
      }]
      : []),
    {
      name: "env",
      comment: "Variables of its environment, as a container has them.",
      value: settings.env,
      schema: OBJECTS,
    },
    {
      name: "logLevel",
      comment: "The lowest level that is logged.",
      value: settings.logLevel,
      schema: { enum: ["debug", "info", "warn", "error"] },
    },
    {
      name: "port",
      comment: "The port of metrics and probes.",
      value: settings.port,
      schema: { type: "integer", minimum: 1_024, maximum: 65_535 },
    },
    {
      name: "runAsUser",
      comment:
        "The number of its user and group. False leaves both to the image, or to the cluster, as OpenShift wants.",
      value: settings.runAsUser ?? false,
      schema: { anyOf: [{ type: "integer", minimum: 1 }, { const: false }] },
    },
    {
      name: "resources",
      comment:
        "What it asks for, and may take at most. The memory is enough for 100,000 objects. There is no limit of " +
        "CPU, as one would hold up the first list and every burst, also on an idle node.",
      value: settings.resources,
      schema: { type: "object" },
    },
  ];
}

function aboutTheCluster(settings: Settings): ChartValue[] {
  const { network, operator, installCrds } = settings;
  const hasCrds = operator.kinds.length > 0 && !installCrds;
  return [
    ...(hasCrds
      ? [{
        name: "crds",
        comment:
          "Whether the definitions of its kinds are part of the release. They change with each upgrade, and stay " +
          "when it is uninstalled, as all objects of these kinds would go with them. A second release in the cluster, " +
          "or one whose definitions somebody else applies, has install: false.",
        value: { install: true },
        schema: object({ install: SWITCH }),
      }]
      : []),
    {
      name: "networkPolicy",
      comment:
        "Whether its network is closed but for DNS, the API server and the rules of egress; the ports at which the " +
        "API server listens; and its addresses, if they are known, such as { ipBlock: { cidr: 10.0.0.1/32 } }; [] is all.",
      value: {
        enabled: network !== undefined,
        apiServerPorts: network?.apiServerPorts ?? [443, 6443],
        apiServerPeers: network?.apiServerPeers ?? [],
        egress: network?.egress ?? [],
      },
      schema: object({
        enabled: SWITCH,
        apiServerPorts: { type: "array", items: PORT, minItems: 1 },
        apiServerPeers: OBJECTS,
        egress: OBJECTS,
      }),
    },
    {
      name: "policy",
      comment: "Whether the API server keeps its account to what its controllers declare, also if its token is stolen.",
      value: { enabled: settings.policy },
      schema: object({ enabled: SWITCH }),
    },
    {
      name: "monitoring",
      comment:
        'How Prometheus\' operator finds /metrics ("pod", "service", or "" for not at all), and whether there are ' +
        "alerts (PrometheusRule) and a dashboard (ConfigMap for Grafana).",
      value: { monitor: settings.monitoring ?? "", alerts: settings.alerts, dashboard: settings.dashboard },
      schema: object({ monitor: { enum: ["", "pod", "service"] }, alerts: SWITCH, dashboard: SWITCH }),
    },
  ];
}

function aboutThePlace(settings: Settings): ChartValue[] {
  const { labels, podAnnotations, serviceAccountAnnotations, priorityClassName = "" } = settings;
  const { nodeSelector, tolerations, affinity } = settings;
  return [
    { name: "labels", comment: "Labels of all objects.", value: labels, schema: TEXTS },
    { name: "podAnnotations", comment: "Annotations of the pod.", value: podAnnotations, schema: TEXTS },
    {
      name: "serviceAccountAnnotations",
      comment: "Annotations of the service account, such as those that give it a role in a cloud.",
      value: serviceAccountAnnotations,
      schema: TEXTS,
    },
    { name: "priorityClassName", comment: "The PriorityClass of the pod.", value: priorityClassName, schema: TEXT },
    { name: "nodeSelector", comment: "Labels that its node must have.", value: nodeSelector, schema: TEXTS },
    { name: "tolerations", comment: "Taints of nodes that it tolerates.", value: tolerations, schema: OBJECTS },
    { name: "affinity", comment: "Where it shall run.", value: affinity, schema: { type: "object" } },
    {
      name: "fullnameOverride",
      comment: "The name of all objects. If it is empty, it is made of the names of release and chart.",
      value: "",
      schema: { ...TEXT, pattern: "^([a-z]([-a-z0-9]{0,50}[a-z0-9])?)?$" },
    },
  ];
}

function object(properties: Schema): Schema {
  return { type: "object", properties, additionalProperties: false };
}

/** `values.yaml`. */
export function valuesYaml(values: readonly ChartValue[]): string {
  return values.map(({ name, comment, value }) => `${commentOf(comment)}\n${valueYaml({ [name]: value })}`).join("\n");
}

/** `values.schema.json`, which makes Helm refuse a value that is misspelt or of the wrong type. */
export function valuesSchema(values: readonly ChartValue[]): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: {
      // What a chart has of another that it is part of: values for all, and whether it is wanted.
      global: { type: "object" },
      enabled: SWITCH,
      ...Object.fromEntries(values.map(({ name, comment, schema }) => [name, { description: comment, ...schema }])),
    },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Broken into lines of at most 100 characters. */
function commentOf(text: string): string {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line.length + word.length < 98) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.map((line) => `#${line}`).join("\n");
}
