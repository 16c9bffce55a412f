/** Finds the cluster: tries the sources in order, and reports each reason if none has one. */

import {
  checkPlainHttp,
  type ConnectAttempt,
  ConnectError,
  type ConnectOptions,
  type Finding,
  type Host,
  isServerUrl,
  type Located,
  shownUrl,
  withoutSecretParts,
} from "../found/mod.ts";
import { withRoute } from "../route/mod.ts";
import { locateInCluster } from "./source_in_cluster.ts";
import { locateDefault, locateNamed } from "./source_kubeconfig.ts";
import { locateProxy } from "./source_proxy.ts";

/**
 * Finds the cluster. A source that has none is skipped. A source with a cluster that cannot be used ends the search, so
 * that no other cluster is used by mistake.
 *
 * @throws {ConnectError} If no source has a cluster, or the first one that has cannot be used. This includes
 * credentials that would be sent in the clear.
 * @throws {PermissionError} If a kubeconfig that the user named may not be read.
 */
export async function locate(options: ConnectOptions, host: Host): Promise<Located> {
  const found = withoutSecretParts(await search(options, host));
  const located = await withRoute(found, options.transport, host);
  if (!options.allowPlainHttp) checkPlainHttp(located);
  return located;
}

async function search(options: ConnectOptions, host: Host): Promise<Located> {
  const { kubeconfig, context, server } = options;
  if (server !== undefined) checkServer(server);
  if (server !== undefined && kubeconfig === undefined && context === undefined) return serverAlone(server);
  const located = kubeconfig === undefined
    ? await firstOf(sources(host, context))
    : await locateNamed(host, [kubeconfig], context);
  if (server === undefined) return located;
  // As in client-go: the TLS name belongs to the kubeconfig's server, which is not used.
  const { "tls-server-name": _, ...cluster } = located.cluster;
  return { ...located, cluster: { ...cluster, server } };
}

function checkServer(server: string): void {
  if (isServerUrl(server)) return;
  throw new ConnectError(
    "Cannot connect as the option server must be a URL that begins with https:// or http://: " +
      `current value is ${shownUrl(server)}`,
  );
}

function serverAlone(server: string): Located {
  const source = "option server, without credentials";
  return { source, namespace: undefined, cluster: { server }, user: {}, files: [], searchNeeds: {} };
}

interface Source {
  readonly name: string;
  find(): Promise<Finding>;
}

/** Only kubeconfig files have contexts. A user who names a context does not mean the pod's own cluster. */
function sources(host: Host, context: string | undefined): Source[] {
  const files: Source = { name: "kubeconfig", find: () => locateDefault(host, context) };
  if (context !== undefined) return [files];
  return [
    files,
    { name: "service account of the pod", find: () => locateInCluster(host) },
    { name: "kubectl proxy", find: () => locateProxy(host) },
  ];
}

async function firstOf(candidates: readonly Source[]): Promise<Located> {
  const attempts: ConnectAttempt[] = [];
  for (const { name, find } of candidates) {
    const finding = await find();
    if ("located" in finding) return finding.located;
    attempts.push({ source: name, reason: finding.absent });
  }
  throw new ConnectError("Cannot find a cluster as no source has one:", { attempts });
}
