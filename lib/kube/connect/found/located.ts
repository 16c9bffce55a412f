/** A located cluster: its address and its user, complete and checked. Every source returns this. */

import type { KubeConfigContext } from "@cloudydeno/kubernetes-client";
import { hostOf, joinNeeds, mapNeeds, type PermissionNeeds } from "./needs.ts";
import type { TransportKind } from "./options.ts";
import { type ProxyConfig, proxyHost } from "./proxy_url.ts";

/** The address of a cluster, and how it proves its identity. */
export type ClusterConfig = KubeConfigContext["cluster"] & {
  readonly "server": string;
  /** The server name for TLS, which its certificate must contain. */
  readonly "tls-server-name"?: string;
  /** Accept any certificate. */
  readonly "insecure-skip-tls-verify"?: true;
  /** The proxy for requests to it. */
  readonly "proxy-url"?: string;
};

/** One header line. */
export type Header = readonly [name: string, value: string];

/** A client certificate and its key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** How a user proves its identity. */
export type UserConfig = KubeConfigContext["user"] & {
  /** The impersonation headers, if the user acts as another one. */
  readonly impersonation?: readonly Header[];
};

/** A file that credentials are read from. */
export interface FileReference {
  /** What names the file, for errors: `kubeconfig /home/me/.kube/config, users[0].user.tokenFile`. */
  readonly origin: string;
  readonly path: string;
  /** Whether it contains PEM. */
  readonly isPem: boolean;
}

/** The route to a server. */
export interface Route {
  readonly transport: TransportKind;
  readonly proxy: ProxyConfig | undefined;
  /** Whether the environment may name a proxy that this process may not read. */
  readonly mayNeedProxy: boolean;
}

/** Directly, on the wire. */
export const STRAIGHT: Route = { transport: "wire", proxy: undefined, mayNeedProxy: false };

/** A cluster that was found. */
export interface Located {
  /** Where it was found: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source: string;
  readonly namespace: string | undefined;
  readonly cluster: ClusterConfig;
  readonly user: UserConfig;
  /** The files that contain the credentials. */
  readonly files: readonly FileReference[];
  /** The permissions that finding it needed. */
  readonly searchNeeds: Partial<PermissionNeeds>;
  /**
   * The route to it.
   * @default {direct, on the wire}
   */
  readonly route?: Route;
}

/** The result of a source: a cluster, or the reason why it has none. */
export type Finding = { readonly located: Located } | { readonly absent: string };

/** All permissions for finding the cluster, connecting to it and sending requests. */
export function allNeeds(located: Located): PermissionNeeds {
  const read = located.files.map(({ path }) => asPermitted(path, located));
  return joinNeeds(located.searchNeeds, { read }, lastingNeeds(located));
}

/** The permissions for sending requests, once connected. */
export function lastingNeeds(located: Located): PermissionNeeds {
  const { files, user: { exec } } = located;
  // All files are read again: tokens and certificates expire, and are replaced under the same name.
  const read = files.map(({ path }) => asPermitted(path, located));
  return joinNeeds({ net: netOf(located), read, run: exec ? [exec.command] : [] });
}

/** The permissions that only finding the cluster needed. */
export function searchNeedsOf(located: Located): PermissionNeeds {
  const lasting = lastingNeeds(located);
  const all = allNeeds(located);
  return mapNeeds((kind) => (all[kind] ?? []).filter((value) => !lasting[kind]?.includes(value)));
}

/** Deno's `fetch` needs both permissions: for the proxy and for the server behind it. */
function netOf({ cluster: { server }, route: { transport, proxy } = STRAIGHT }: Located): string[] {
  if (!proxy) return [hostOf(server)];
  return transport === "wire" ? [proxyHost(proxy)] : [hostOf(server), proxyHost(proxy)];
}

/** If the search was permitted to read a directory, that directory for a file in it; otherwise the file. */
function asPermitted(file: string, { searchNeeds }: Located): string {
  return searchNeeds.read?.find((directory) => file.startsWith(`${directory}/`)) ?? file;
}
