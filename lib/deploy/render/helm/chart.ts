/** The files of a chart, made of the same objects as plain manifests. */

import { OptionsError } from "../../../controller/mod.ts";
import {
  crdsOf,
  type Manifest,
  type ManifestOptions,
  type PartName,
  partOf,
  resolveManifestOptions,
  type Settings,
} from "../../manifests/mod.ts";
import { type Operator, resolveOperator } from "../../operator/mod.ts";
import type { Files } from "../files.ts";
import { valueYaml, yamlOf } from "../yaml.ts";
import { Holes } from "./holes.ts";
import { helpers, notes } from "./texts.ts";
import { type ChartValue, chartValues, isScoped, valuesSchema, valuesYaml } from "./values.ts";

/** A version as charts have it: https://semver.org, version 2. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** The parts that are there if a value says so. */
const WHEN: Readonly<Partial<Record<PartName, string>>> = {
  policy: "$.Values.policy.enabled",
  network: "$.Values.networkPolicy.enabled",
  service: 'eq $.Values.monitoring.monitor "service"',
  "service-monitor": 'eq $.Values.monitoring.monitor "service"',
  "pod-monitor": 'eq $.Values.monitoring.monitor "pod"',
  alerts: "$.Values.monitoring.alerts",
  dashboard: "$.Values.monitoring.dashboard",
};

/**
 * The parts that are computed as they are. The others: Helm makes the namespace, roles depend on the watched namespaces,
 * and there is one pod at most.
 */
const PLAIN = [
  "account",
  "policy",
  "network",
  "deployment",
  "service",
  "service-monitor",
  "pod-monitor",
  "alerts",
  "dashboard",
] satisfies PartName[];

/**
 * Makes the chart of an operator.
 *
 * @throws {OptionsError} If an option is wrong or unknown, or the operator's version is none of a chart.
 */
export function chartOf(operator: Operator, options: ManifestOptions): Files {
  const settings = resolveManifestOptions(operator, options);
  const { operator: { name, version } } = settings;
  if (!VERSION.test(version)) {
    throw new OptionsError(
      `Cannot make a chart as the operator's version must be three numbers such as 1.2.0: current value is ${version}`,
    );
  }
  const descriptions = Object.entries(operator.flags ?? {}).map(([flag, { description }]) => [flag, description]);
  const values = chartValues(settings, Object.fromEntries(descriptions));
  return {
    "Chart.yaml": chartYaml(settings),
    "values.yaml": valuesYaml(values),
    "values.schema.json": valuesSchema(values),
    "templates/_helpers.tpl": helpers(name),
    "templates/NOTES.txt": notes(settings, hasValue(values, "crds")),
    ...(hasValue(values, "crds") && { "templates/crds.yaml": crdsFile(settings) }),
    "templates/roles.yaml": rolesFile(operator, options, settings),
    ...Object.fromEntries(PLAIN.map((part) => [`templates/${part}.yaml`, partFile(settings, part)])),
  };
}

function hasValue(values: readonly ChartValue[], name: string): boolean {
  return values.some((value) => value.name === name);
}

function chartYaml({ operator: { name, version, description } }: Settings): string {
  return valueYaml({
    apiVersion: "v2",
    name,
    description: description === "" ? `The operator ${name}` : description,
    type: "application",
    version,
    appVersion: version,
  });
}

/** Kept when the release goes: with a definition go all objects of its kind. */
function crdsFile(settings: Settings): string {
  const kept = crdsOf(settings).map((crd) => ({
    ...crd,
    metadata: { ...crd.metadata, annotations: { "helm.sh/resource-policy": "keep" } },
  }));
  return guarded(new Holes().fill(yamlOf(kept)), "$.Values.crds.install");
}

function partFile(settings: Settings, part: PartName): string {
  const holes = new Holes();
  const withValues = withHoles(settings, holes);
  const text = yamlOf(partOf(withValues, part));
  // An identifier of a dashboard has a length of its own.
  const uid = holes.text(`include "${settings.operator.name}.dashboardUid" $`);
  return guarded(holes.fill(text.replaceAll(`operator-${withValues.name}`, uid)), WHEN[part]);
}

/** The roles with watched namespaces as values, or else with those of the controllers. */
function rolesFile(
  operator: Operator,
  options: ManifestOptions,
  settings: Settings,
): string {
  const declared = filled(settings, resolveRoles(operator, options, undefined));
  if (!isScoped(settings)) return declared.join("---\n");
  const holes = new Holes();
  const namespace = holes.text(".");
  const scoped = resolveRoles(operator, options, [namespace])(withHoles(settings, holes));
  const inCluster = scoped.filter(({ metadata }) => metadata.namespace !== namespace);
  const inEach = scoped.filter(({ metadata }) => metadata.namespace === namespace);
  return [
    "{{- if $.Values.watchNamespaces }}",
    ...inCluster.map((object) => `---\n${holes.fill(yamlOf([object]))}`.trimEnd()),
    "{{- range $.Values.watchNamespaces }}",
    ...inEach.map((object) => `---\n${holes.fill(yamlOf([object]))}`.trimEnd()),
    "{{- end }}",
    "{{- else }}",
    ...declared.map((text) => `---\n${text}`.trimEnd()),
    "{{- end }}",
    "",
  ].join("\n");
}

function filled(settings: Settings, make: (settings: Settings) => readonly Manifest[]): readonly string[] {
  const holes = new Holes();
  return make(withHoles(settings, holes)).map((object) => holes.fill(yamlOf([object])));
}

/** The roles for some watched namespaces. */
function resolveRoles(
  operator: Operator,
  { flags = {}, watchNamespaces }: ManifestOptions,
  namespaces: readonly string[] | undefined,
): (settings: Settings) => readonly Manifest[] {
  const chosen = namespaces ?? (watchNamespaces === "*" ? watchNamespaces : undefined);
  const resolved = resolveOperator(operator, { flags, ...(chosen !== undefined && { namespaces: chosen }) });
  return (settings) => partOf({ ...settings, operator: resolved }, "roles");
}

function guarded(text: string, condition: string | undefined): string {
  return condition === undefined ? text : `{{- if ${condition} }}\n${text}{{- end }}\n`;
}

/** The settings with holes in place of what the values give. */
function withHoles(settings: Settings, holes: Holes): Settings {
  const { operator: { name } } = settings;
  const included = (helper: string) => holes.text(`include "${name}.${helper}" $`);
  return {
    ...settings,
    name: included("fullname"),
    namespace: included("namespace"),
    image: included("image"),
    imagePullPolicy: holes.optional("$.Values.image.pullPolicy", () => " {{ . }}"),
    imagePullSecrets: holes.field("$.Values.imagePullSecrets"),
    watchNamespaces: watchedHoles(settings, holes),
    flagArguments: settings.flagArguments.length > 0 ? [holes.line(FLAG_ARGUMENTS)] : [],
    env: holes.field("$.Values.env"),
    replicas: holes.number("$.Values.replicas"),
    runAsUser: holes.optional("$.Values.runAsUser", () => " {{ . | int }}"),
    resources: holes.field("$.Values.resources"),
    port: holes.number("$.Values.port"),
    logLevel: holes.text("$.Values.logLevel"),
    network: networkHoles(holes),
    labels: labelHoles(name, holes),
    podAnnotations: holes.field("$.Values.podAnnotations"),
    serviceAccountAnnotations: holes.field("$.Values.serviceAccountAnnotations"),
    priorityClassName: holes.optional("$.Values.priorityClassName", () => " {{ . | quote }}"),
    nodeSelector: holes.field("$.Values.nodeSelector"),
    tolerations: holes.field("$.Values.tolerations"),
    affinity: holes.field("$.Values.affinity"),
  };
}

const FLAG_ARGUMENTS = [
  "{{- range $flag, $text := $.Values.flags }}",
  '- {{ printf "--%s=%s" $flag $text | replace "$" "$$" | toJson }}',
  "{{- end }}",
];

function watchedHoles(settings: Settings, holes: Holes): Settings["watchNamespaces"] {
  if (!isScoped(settings)) return undefined;
  const others = settings.watchNamespaces === "*" ? ' | default (list "*")' : "";
  return [holes.eachText(`$.Values.watchNamespaces${others}`)];
}

function networkHoles(holes: Holes): Settings["network"] {
  return {
    apiServerPorts: [holes.eachNumber("$.Values.networkPolicy.apiServerPorts")],
    apiServerPeers: holes.field("$.Values.networkPolicy.apiServerPeers"),
    egress: [holes.entries("$.Values.networkPolicy.egress")],
  };
}

/** Those that are there already: a second one of the same name would be no YAML. */
const OWN_LABELS = [
  "helm.sh/chart",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/version",
];

function labelHoles(name: string, holes: Holes): Readonly<Record<string, string>> {
  return {
    "helm.sh/chart": holes.text(`include "${name}.chart" $`),
    "app.kubernetes.io/managed-by": holes.text("$.Release.Service"),
    [holes.entries(`omit $.Values.labels ${OWN_LABELS.map((label) => `"${label}"`).join(" ")}`)]: "",
  };
}
