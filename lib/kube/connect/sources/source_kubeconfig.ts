/** A source: kubeconfig files. */

import {
  ConnectError,
  describeMissing,
  type Finding,
  type Host,
  joinNeeds,
  type Located,
  needsNothing,
  PermissionError,
  type PermissionNeeds,
} from "../found/mod.ts";
import type { Field } from "./field.ts";
import { readCluster } from "./kubeconfig_cluster.ts";
import { type Entry, type Kubeconfig, mergeKubeconfigs, readKubeconfig } from "./kubeconfig_files.ts";
import { readUser } from "./kubeconfig_user.ts";

/**
 * Finds the cluster in the files that the user named.
 *
 * @param host The machine.
 * @param paths The files. If there are several, missing ones are skipped, as in kubectl.
 * @param context The context to use.
 * @param searchNeeds The permissions that were needed to learn these paths.
 * @throws {PermissionError} If a file may not be read.
 * @throws {ConnectError} If none of the files exists, or the cluster cannot be used.
 */
export async function locateNamed(
  host: Host,
  paths: readonly string[],
  context: string | undefined,
  searchNeeds: Partial<PermissionNeeds> = {},
): Promise<Located> {
  const missing = await host.missing(joinNeeds({ read: paths }));
  if (!needsNothing(missing)) throw new PermissionError(`read kubeconfig ${paths.join(", ")}`, missing);
  const configs = await Promise.all(paths.map((path) => readKubeconfig(host, path)));
  const files = configs.filter((config) => config !== undefined);
  if (files.length === 0) throw new ConnectError(`Cannot use kubeconfig ${paths.join(", ")} as it is not there`);
  return await toLocated(mergeKubeconfigs(files), context, joinNeeds(searchNeeds, { read: paths }));
}

/** Finds the cluster in the files that `KUBECONFIG` names, or else in the file in the home directory. */
export async function locateDefault(host: Host, context: string | undefined): Promise<Finding> {
  const home = host.isWindows ? "USERPROFILE" : "HOME";
  const missing = await host.missing(joinNeeds({ env: ["KUBECONFIG", home] }));
  if (!needsNothing(missing)) return { absent: describeMissing(missing) };
  const named = host.env("KUBECONFIG")?.split(host.isWindows ? ";" : ":").filter((path) => path !== "") ?? [];
  if (named.length > 0) return { located: await locateNamed(host, named, context, { env: ["KUBECONFIG", home] }) };
  const directory = host.env(home);
  if (directory === undefined) return { absent: `neither KUBECONFIG nor ${home} is set` };
  return await locateInHome(host, `${directory}/.kube/config`, context, { env: ["KUBECONFIG", home] });
}

async function locateInHome(
  host: Host,
  path: string,
  context: string | undefined,
  searchNeeds: Partial<PermissionNeeds>,
): Promise<Finding> {
  const missing = await host.missing(joinNeeds({ read: [path] }));
  if (!needsNothing(missing)) return { absent: describeMissing(missing) };
  const config = await readKubeconfig(host, path);
  if (config === undefined) return { absent: `KUBECONFIG is not set, and ${path} is not there` };
  if (context === undefined && config.contexts.size === 0) return { absent: `${path} has no context` };
  return { located: await toLocated(config, context, joinNeeds(searchNeeds, { read: [path] })) };
}

async function toLocated(
  config: Kubeconfig,
  wanted: string | undefined,
  searchNeeds: Partial<PermissionNeeds>,
): Promise<Located> {
  const { name, context } = chooseContext(config, wanted);
  const { cluster, files } = await readCluster(entryOf(context.at("cluster"), config.clusters, "cluster"));
  const account = context.at("user").text() === undefined
    ? { user: {}, files: [] }
    : await readUser(entryOf(context.at("user"), config.users, "user"));
  return {
    source: `kubeconfig ${config.files.join(", ")}, context ${name}`,
    namespace: context.at("namespace").text(),
    cluster,
    user: account.user,
    files: [...files, ...account.files],
    searchNeeds,
  };
}

function chooseContext(config: Kubeconfig, wanted: string | undefined): { name: string; context: Field } {
  const name = wanted ?? config.currentContext;
  const entry = name === undefined ? undefined : config.contexts.get(name);
  if (name !== undefined && entry !== undefined) return { name, context: entry() };
  const problem = name === undefined ? "it has no current-context: choose one" : `it has no context "${name}"`;
  throw new ConnectError(
    `Cannot use kubeconfig ${config.files.join(", ")} as ${problem}: ${listNames(config.contexts)}`,
  );
}

function entryOf(reference: Field, entries: ReadonlyMap<string, Entry>, what: string): Field {
  const name = reference.requiredText();
  return entries.get(name)?.() ??
    reference.fail(`names ${what} "${name}", which does not exist: ${listNames(entries)}`);
}

function listNames(entries: ReadonlyMap<string, unknown>): string {
  return entries.size === 0 ? "there are none" : `there are ${[...entries.keys()].sort().join(", ")}`;
}
