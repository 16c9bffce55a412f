/** The command `manifests`. */

import type { ManifestOptions } from "../../deploy/mod.ts";
import { asUsage } from "../errors.ts";
import { UsageError, type Values, valuesOf } from "../flags/mod.ts";
import type { Call, Command } from "./command.ts";
import { type Files, writeFolder } from "./folder.ts";
import { MANIFEST_FLAGS } from "./manifest_flags.ts";
import { ownTexts } from "./resolved.ts";

type Settings = Values<typeof MANIFEST_FLAGS>;

/** The command `manifests`. */
export const manifestsCommand: Command = {
  name: "manifests",
  brief: "Print the objects that deploy the operator, with the rights that its controllers declare and no more",
  details:
    "The definitions of its kinds are apart, since whoever deletes a definition deletes all objects of its kind: " +
    "with --output in a file or folder of their own, and else printed by the command crd. Nothing of this machine's " +
    "environment goes into them.",
  examples: [
    [
      "manifests --image … | kubectl apply --server-side --force-conflicts -f -",
      "deploy it",
    ],
    ["manifests --image … --format kustomize --output deploy/base", "a base for Kustomize"],
    ["manifests --image … --format helm --output chart", "a chart for Helm"],
    ["manifests --image … --policy --monitoring pod --alerts", "with more"],
  ],
  flags: MANIFEST_FLAGS,
  hasOwnFlags: true,
  async run(call) {
    const settings = valuesOf(MANIFEST_FLAGS, call.given, call.system.env);
    const { format = "yaml", output = "-" } = settings;
    const isFolderOnly = format === "kustomize" || format === "helm";
    if (output === "-" && isFolderOnly) throw new UsageError(`--format ${format} needs --output with a folder`);
    const options = optionsOf(settings, ownTexts(call));
    if (output === "-") await print(call, format as "yaml" | "json", options);
    else await writeAll(call, output, await filesOf(call, format, options));
  },
};

async function print({ operator, name, system }: Call, format: "yaml" | "json", options: ManifestOptions) {
  const { manifests, renderYaml } = await import("../../deploy/mod.ts");
  const { crds, objects } = asUsage(() => manifests(operator, options));
  await system.out(format === "yaml" ? await renderYaml(objects) : listOf(objects));
  if (crds.length > 0) {
    await system.err(
      `The definitions of its kinds are apart, and come first: ${name} crd | kubectl apply --server-side --force-conflicts -f -\n`,
    );
  }
}

async function filesOf(
  { operator }: Call,
  format: "yaml" | "json" | "kustomize" | "helm",
  options: ManifestOptions,
): Promise<Files> {
  const { manifests, renderHelm, renderKustomize, renderYaml } = await import("../../deploy/mod.ts");
  if (format === "helm") {
    asUsage(() => manifests(operator, options));
    return await renderHelm(operator, options);
  }
  const all = asUsage(() => manifests(operator, options));
  if (format === "kustomize") return await renderKustomize(all);
  const write = format === "yaml" ? renderYaml : (objects: typeof all.crds) => Promise.resolve(listOf(objects));
  return {
    ...(all.crds.length > 0 && { [`crds.${format}`]: await write(all.crds) }),
    [`operator.${format}`]: await write(all.objects),
  };
}

async function writeAll({ system }: Call, folder: string, files: Files): Promise<void> {
  const { written, others } = await writeFolder(folder, files);
  await system.out(written.map((path) => `wrote ${path}\n`).join(""));
  if (others.length > 0) {
    await system.err(`These are there too, and not of this deployment: ${others.join(", ")}\n`);
  }
}

function listOf(items: readonly unknown[]): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`;
}

function optionsOf(settings: Settings, flags: Readonly<Record<string, string>>): ManifestOptions {
  const { namespace, replicas, port, policy, monitoring, alerts, dashboard, toleration, affinity } = settings;
  return present<ManifestOptions>({
    image: settings.image!,
    imagePullPolicy: settings["image-pull-policy"],
    imagePullSecrets: settings["image-pull-secret"],
    namespace,
    createNamespace: settings["create-namespace"],
    watchNamespaces: watched(settings),
    flags,
    env: settings.env?.map(([name, value]) => ({ name, value })),
    installCrds: settings["install-crds"],
    replicas,
    runAsUser: settings["run-as-user"],
    resources: resourcesOf(settings),
    port,
    logLevel: settings["log-level"],
    networkPolicy: networkOf(settings),
    policy,
    monitoring,
    alerts,
    dashboard,
    labels: recordOf("label", settings),
    podAnnotations: recordOf("pod-annotation", settings),
    serviceAccountAnnotations: recordOf("service-account-annotation", settings),
    priorityClassName: settings["priority-class"],
    nodeSelector: recordOf("node-selector", settings),
    tolerations: toleration,
    affinity,
  });
}

function watched({ "watch-namespace": names }: Settings): ManifestOptions["watchNamespaces"] {
  if (!names?.includes("*")) return names;
  if (names.length === 1) return "*";
  throw new UsageError("--watch-namespace is either * for all, or names of namespaces");
}

function resourcesOf(settings: Settings): ManifestOptions["resources"] {
  const [requests, limits] = [recordOf("request", settings), recordOf("limit", settings)];
  return requests || limits ? present({ requests, limits }) : undefined;
}

function networkOf(settings: Settings): ManifestOptions["networkPolicy"] {
  const { "network-policy": isWanted, "api-server-port": apiServerPorts, "api-server-cidr": apiServerCidrs } = settings;
  if (!apiServerPorts && !apiServerCidrs) return isWanted;
  if (isWanted !== false) return present({ apiServerPorts, apiServerCidrs });
  throw new UsageError(
    "--api-server-port and --api-server-cidr are for a NetworkPolicy, which --no-network-policy leaves out",
  );
}

type Pairs = "label" | "limit" | "node-selector" | "pod-annotation" | "request" | "service-account-annotation";

function recordOf(flag: Pairs, settings: Settings): Readonly<Record<string, string>> | undefined {
  const pairs = settings[flag];
  const names = pairs?.map(([name]) => name) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--${flag} has ${twice} twice`);
  return pairs && Object.fromEntries(pairs);
}

/** Every field by its name, so that none is forgotten; those that are `undefined` are left out. By any compiler options. */
type Loose<T> = { [K in keyof Required<T>]: Required<T>[K] | undefined };

function present<T extends object>(fields: Loose<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
