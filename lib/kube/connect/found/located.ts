/** A cluster that was found: where it is and who speaks to it, complete and checked. What every source comes down to. */

import type { KubeConfigContext } from "@cloudydeno/kubernetes-client";
import { hostOf, joinNeeds, type PermissionNeeds } from "./needs.ts";
import type { TransportKind } from "./options.ts";
import { type ProxyConfig, proxyHost } from "./proxy_url.ts";

/** Where a cluster is, and how it proves that it is itself. */
export type ClusterConfig = KubeConfigContext["cluster"] & {
  readonly "server": string;
  /** The name that it is asked by, and that its certificate must hold. */
  readonly "tls-server-name"?: string;
  /** Whoever answers is taken for it. */
  readonly "insecure-skip-tls-verify"?: true;
  /** The proxy on the way to it. */
  readonly "proxy-url"?: string;
};

/** One line of a head. */
export type Header = readonly [name: string, value: string];

/** A client certificate and its key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** How a user proves who it is. */
export type UserConfig = KubeConfigContext["user"] & {
  /** The headers that say for whom it speaks, when that is not itself. */
  readonly impersonation?: readonly Header[];
};

/** A file that credentials are read from. */
export interface FileReference {
  /** Who names it, for errors: `kubeconfig /home/me/.kube/config, users[0].user.tokenFile`. */
  readonly origin: string;
  readonly path: string;
  /** Whether it holds PEM. */
  readonly isPem: boolean;
}

/** The way to a server. */
export interface Route {
  readonly transport: TransportKind;
  readonly proxy: ProxyConfig | undefined;
  /** Whether the environment may name a proxy, which must not be read. */
  readonly mayNeedProxy: boolean;
}

/** There and back. */
export const STRAIGHT: Route = { transport: "wire", proxy: undefined, mayNeedProxy: false };

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
  /**
   * The way to it.
   * @default {straight, on the wire}
   */
  readonly route?: Route;
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
  const { files, user: { exec } } = located;
  // All are read again: tokens and certificates end, and come anew under the same name.
  const read = files.map(({ path }) => asPermitted(path, located));
  return joinNeeds({ net: netOf(located), read, run: exec ? [exec.command] : [] });
}

/** Deno's fetch asks for both: the proxy, and who is behind it. */
function netOf({ cluster: { server }, route: { transport, proxy } = STRAIGHT }: Located): string[] {
  if (!proxy) return [hostOf(server)];
  return transport === "wire" ? [proxyHost(proxy)] : [hostOf(server), proxyHost(proxy)];
}

/** The directory that finding the cluster took leave to read, for a file in it; else the file. */
function asPermitted(file: string, { searchNeeds }: Located): string {
  return searchNeeds.read?.find((directory) => file.startsWith(`${directory}/`)) ?? file;
}
