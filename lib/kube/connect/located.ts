/** A cluster that was found: where it is and who speaks to it, complete and checked. What every source comes down to. */

import type { KubeConfigContext } from "@cloudydeno/kubernetes-client";
import { hostOf, joinNeeds, type PermissionNeeds } from "./needs.ts";

/** Where a cluster is, and how it proves that it is itself. */
export type ClusterConfig = KubeConfigContext["cluster"] & { "server": string };
/** How a user proves who it is. */
export type UserConfig = KubeConfigContext["user"];

/** A file that credentials are read from. */
export interface FileReference {
  /** Who names it, for errors: `kubeconfig /home/me/.kube/config, users[0].user.tokenFile`. */
  readonly origin: string;
  readonly path: string;
  /** Whether it holds PEM. */
  readonly isPem: boolean;
}

/** A cluster that was found. */
export interface Located {
  /** Where it was found: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source: string;
  readonly namespace: string | undefined;
  readonly cluster: ClusterConfig;
  readonly user: UserConfig;
  /** The files that the credentials are in. */
  readonly files: readonly FileReference[];
  /** The permissions that finding it took. */
  readonly searchNeeds: Partial<PermissionNeeds>;
}

/** What a source gave: a cluster, or the reason why it has none. */
export type Finding = { readonly located: Located } | { readonly absent: string };

/** All permissions that finding the cluster, connecting and speaking to it take. */
export function allNeeds(located: Located): PermissionNeeds {
  const read = located.files.map(({ path }) => asPermitted(path, located));
  return joinNeeds(located.searchNeeds, { read }, lastingNeeds(located));
}

/** The permissions that speaking to the cluster takes, once connected. */
export function lastingNeeds(located: Located): PermissionNeeds {
  const { cluster, files, user: { exec } } = located;
  // All are read again: tokens and certificates end, and come anew under the same name.
  const read = files.map(({ path }) => asPermitted(path, located));
  return joinNeeds({ net: [hostOf(cluster.server)], read, run: exec ? [exec.command] : [] });
}

/** The directory that finding the cluster took leave to read, for a file in it; else the file. */
function asPermitted(file: string, { searchNeeds }: Located): string {
  return searchNeeds.read?.find((directory) => file.startsWith(`${directory}/`)) ?? file;
}
