/** Checks what a user says of a deployment, and completes it. The only place of defaults. */

import { OptionsError } from "../../controller/mod.ts";
import type { FlagDefinitions, Operator } from "../operator/mod.ts";
import { type ResolvedOperator, resolveOperator } from "../operator/mod.ts";
import * as must from "./checks.ts";
import { isCidr } from "./egress.ts";
import { block, egressFor } from "./network_policy.ts";
import { parseImage } from "./image.ts";
import { resolveResources } from "./resources.ts";
import type { EnvVariable, ManifestOptions } from "./options.ts";
import type { NetworkSettings, Settings } from "./settings.ts";

const KNOWN = [
  "affinity",
  "alerts",
  "createNamespace",
  "dashboard",
  "env",
  "flags",
  "image",
  "imagePullPolicy",
  "imagePullSecrets",
  "installCrds",
  "labels",
  "logLevel",
  "monitoring",
  "namespace",
  "networkPolicy",
  "nodeSelector",
  "podAnnotations",
  "policy",
  "port",
  "priorityClassName",
  "replicas",
  "resources",
  "runAsUser",
  "serviceAccountAnnotations",
  "tolerations",
  "watchNamespaces",
] satisfies (keyof ManifestOptions)[];

/** That of distroless images. Any other than root would do. */
const USER = 65_532;

/** That of its Service, that of most clusters, that of minikube and that of MicroK8s. */
const API_SERVER_PORTS = [443, 6443, 8443, 16443] as const;

/**
 * Checks what is said of a deployment, and completes it.
 *
 * @throws {OptionsError} If an option is wrong, or unknown.
 */
export function resolveManifestOptions(
  operator: Operator,
  options: ManifestOptions,
): Settings {
  must.onlyFields(must.fields(options, "options"), "", KNOWN);
  must.printable(options, "");
  const { namespace, createNamespace = namespace === undefined, watchNamespaces, flags = {}, env = [] } = options;
  const { replicas = 1, resources = {}, port = 8080, logLevel = "info", installCrds = false } = options;
  const { runAsUser = USER, policy = false, alerts = false, dashboard = false, monitoring, labels = {} } = options;
  const watched = resolveWatchNamespaces(watchNamespaces);
  const resolved = resolveOperator(operator, {
    flags: must.texts(flags, "flags"),
    ...(watched !== undefined && { namespaces: watched }),
  });
  checkWatched(resolved, watched);
  const variables = must.variables(env, "env") as readonly EnvVariable[];
  const shown = shownFlags(resolved.arguments, hidden(operator, variables));
  return {
    operator: resolved,
    name: resolved.name,
    namespace: must.namespaceName(namespace === undefined ? resolved.name : namespace, "namespace"),
    createNamespace: must.boolean(createNamespace, "createNamespace"),
    watchNamespaces: watched,
    ...resolveImage(options),
    flags: shown,
    // Kubernetes puts the value of a variable in the place of $(NAME), and $ in that of $$.
    flagArguments: Object.entries(shown).map(([name, text]) => `--${name}=${text.replaceAll("$", () => "$$")}`),
    env: variables,
    installCrds: must.boolean(installCrds, "installCrds"),
    replicas: resolveReplicas(replicas),
    runAsUser: resolveUser(runAsUser),
    resources: resolveResources(resources),
    port: must.listeningPort(port, "port"),
    logLevel: must.oneOf(logLevel, "logLevel", ["debug", "info", "warn", "error"]),
    network: resolveNetwork(options.networkPolicy === undefined ? true : options.networkPolicy, resolved),
    policy: must.boolean(policy, "policy"),
    monitoring: monitoring === undefined
      ? undefined
      : must.oneOf(monitoring, "monitoring", ["pod", "service"] as const),
    alerts: must.boolean(alerts, "alerts"),
    dashboard: must.boolean(dashboard, "dashboard"),
    labels: resolveLabels(labels),
    ...resolvePlacement(options),
  };
}

function resolveImage(options: ManifestOptions): Pick<Settings, "image" | "imagePullPolicy" | "imagePullSecrets"> {
  const { image, imagePullPolicy, imagePullSecrets = [] } = options;
  must.check(
    image !== undefined,
    "image",
    "is missing: give the image of the operator, such as registry.example/op:1.0",
  );
  const rule = "must be a reference of an image such as registry.example/op:1.0";
  must.check(typeof image === "string" && parseImage(image) !== undefined, "image", rule, image);
  return {
    image,
    imagePullPolicy: imagePullPolicy === undefined
      ? undefined
      : must.oneOf(imagePullPolicy, "imagePullPolicy", ["Always", "IfNotPresent", "Never"]),
    imagePullSecrets: must.list(imagePullSecrets, "imagePullSecrets")
      .map((name, at) => ({ name: must.objectName(name, `imagePullSecrets[${at}]`) })),
  };
}

function resolveWatchNamespaces(value: ManifestOptions["watchNamespaces"]): "*" | readonly string[] | undefined {
  if (value === undefined || value === "*") return value;
  must.check(Array.isArray(value), "watchNamespaces", 'must be "*" or a list of namespaces', value);
  must.check(value.length > 0, "watchNamespaces", 'must have an entry; "*" is all namespaces');
  return [...new Set(value.map((name, at) => must.namespaceName(name, `watchNamespaces[${at}]`)))];
}

function checkWatched({ controllers }: ResolvedOperator, watched: "*" | readonly string[] | undefined): void {
  if (watched === undefined || controllers.some(({ resource }) => resource.scope === "Namespaced")) return;
  throw new OptionsError(
    "Cannot make manifests as watchNamespaces has no effect: no controller manages a kind that is in namespaces",
  );
}

/** The flags whose variable is set: an argument would hide it. */
function hidden(operator: { flags?: FlagDefinitions }, env: readonly EnvVariable[]): ReadonlySet<string> {
  const set = new Set(env.map(({ name }) => name));
  const flags = Object.entries(operator.flags ?? {});
  return new Set(flags.filter(([, flag]) => flag.env !== undefined && set.has(flag.env)).map(([name]) => name));
}

/** In the order of their names, as Helm has them. */
function shownFlags(texts: Readonly<Record<string, string>>, hidden: ReadonlySet<string>): Settings["flags"] {
  const names = Object.keys(texts).filter((name) => !hidden.has(name)).sort();
  return Object.fromEntries(names.map((name) => [name, texts[name]!]));
}

function resolveUser(value: unknown): number | undefined {
  if (value === false) return undefined;
  must.check(
    must.isWhole(value, 1, 2 ** 31 - 1),
    "runAsUser",
    "must be the number of a user other than root, or false",
    value,
  );
  return value;
}

function resolveReplicas(value: unknown): number {
  must.check(must.isWhole(value, 0, Number.MAX_SAFE_INTEGER), "replicas", "must be 0 or 1", value);
  const rule =
    "must be 0 or 1, as each of several processes would do all of the work, and what has a generated name, " +
    "or is ordered outside of the cluster, would exist twice";
  must.check(value <= 1, "replicas", rule, value);
  return value;
}

function resolveNetwork(
  value: NonNullable<ManifestOptions["networkPolicy"]>,
  { needs }: ResolvedOperator,
): NetworkSettings | undefined {
  if (value === false) return undefined;
  const given = value === true ? {} : value;
  must.onlyFields(must.fields(given, "networkPolicy"), "networkPolicy", ["apiServerPorts", "apiServerCidrs"]);
  const { apiServerPorts = API_SERVER_PORTS, apiServerCidrs = [] } = given;
  for (const cidr of must.list(apiServerCidrs, "networkPolicy.apiServerCidrs")) {
    must.check(isCidr(cidr), "networkPolicy.apiServerCidrs", "must have blocks of addresses such as 10.0.0.1/32", cidr);
  }
  const ports = must.ports(apiServerPorts, "networkPolicy.apiServerPorts");
  return { apiServerPorts: ports, apiServerPeers: apiServerCidrs.map(block), egress: egressFor(needs.net) };
}

/** Those of the objects' own would be overridden, and the Deployment would not find its pods. */
function resolveLabels(value: unknown): Readonly<Record<string, string>> {
  const labels = must.labels(value, "labels");
  for (const key of ["name", "instance", "version"].map((word) => `app.kubernetes.io/${word}`)) {
    must.check(!Object.hasOwn(labels, key), `labels.${key}`, "is set by the manifests themselves");
  }
  return labels;
}

type Placement = Pick<
  Settings,
  "affinity" | "nodeSelector" | "podAnnotations" | "priorityClassName" | "serviceAccountAnnotations" | "tolerations"
>;

function resolvePlacement(options: ManifestOptions): Placement {
  const { affinity = {}, nodeSelector = {}, podAnnotations = {}, serviceAccountAnnotations = {} } = options;
  const { priorityClassName, tolerations = [] } = options;
  return {
    affinity: must.fields(affinity, "affinity"),
    nodeSelector: must.labels(nodeSelector, "nodeSelector"),
    podAnnotations: must.annotations(podAnnotations, "podAnnotations"),
    priorityClassName: priorityClassName === undefined
      ? undefined
      : must.objectName(priorityClassName, "priorityClassName"),
    serviceAccountAnnotations: must.annotations(serviceAccountAnnotations, "serviceAccountAnnotations"),
    tolerations: must.list(tolerations, "tolerations").map((each, at) => must.fields(each, `tolerations[${at}]`)),
  };
}
