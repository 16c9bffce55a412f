/** Connects to the cluster that is found. */

import { KubeConfig, type RequestOptions, type RestClient } from "@cloudydeno/kubernetes-client";
import type { ClusterClient } from "../client.ts";
import { allNeeds, type FileReference, lastingNeeds, type Located } from "./located.ts";
import { ConnectError, PermissionError } from "./errors.ts";
import { isPem } from "./field.ts";
import { denoHost, type Host, readFile } from "./host.ts";
import { locate } from "./locate.ts";
import { isEmpty, type PermissionNeeds } from "./needs.ts";
import type { ConnectOptions } from "./options.ts";
import { Transport } from "./transport.ts";

/** A client for the cluster that was found. */
export interface ConnectedClient extends ClusterClient, Disposable {
  /** The server's URL. */
  readonly server: string;
  /** Where the credentials came from, for logs: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source: string;
  /** The permissions that requests still take; those that only connecting took can be given up. */
  readonly needs: PermissionNeeds;
  /** Gives back the connections to the server, once. Requests that are under way go on; abort them by their signal. */
  close(): void;
}

/**
 * Finds a cluster and gives a client for it. Makes no request to the cluster, and never prompts for a permission.
 *
 * Asked are, in this order, and the first that has a cluster is used:
 * 1. the options,
 * 2. the kubeconfig files that `KUBECONFIG` names, merged as kubectl does, or else `~/.kube/config`,
 * 3. the service account of the pod that this process runs in,
 * 4. `kubectl proxy` at its usual address, `http://127.0.0.1:8001`.
 *
 * A source that has no cluster, or must not be read, is passed over. A kubeconfig that was named and is missing, and any
 * that is malformed, is an error: no other cluster is used in its place.
 *
 * In a pod, `--allow-net=kubernetes.default.svc:443 --allow-read=/var/run/secrets/kubernetes.io/serviceaccount` is enough.
 * When the environment variables `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` may be read and the address in
 * them may be reached, that is used instead of the name. Elsewhere, {@link connectionPermissions} says what is needed.
 *
 * Certificates are read once; a token file is read at every request; an exec plugin is asked again when its token expires.
 *
 * @param options Which cluster to use.
 * @returns The client. Close it when it is no longer needed.
 * @throws {ConnectError} If no source has a cluster, or the one that has cannot be used.
 * @throws {PermissionError} If a permission is missing that the cluster takes; the message names the flags.
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const located = await locate(options, denoHost);
  const missing = await denoHost.missing(allNeeds(located));
  if (!isEmpty(missing)) {
    throw new PermissionError(`connect to ${located.cluster.server} (${located.source})`, missing);
  }
  await Promise.all(located.files.map((file) => checkFile(denoHost, file)));
  return await toClient(located);
}

async function checkFile(host: Host, { origin, path, isPem: mustBePem }: FileReference): Promise<void> {
  const text = await readFile(host, path, origin);
  if (text === undefined) throw new ConnectError(`Cannot use ${origin} as ${path} is not there`);
  if (mustBePem && !isPem(text)) {
    throw new ConnectError(`Cannot use ${origin} as ${path} is no PEM: it does not hold "-----BEGIN"`);
  }
}

/**
 * A client for a cluster that was found.
 *
 * @throws {ConnectError} If the credentials cannot be used.
 */
export async function toClient(located: Located): Promise<ConnectedClient> {
  const transport = await openTransport(located);
  const { server } = located.cluster;
  // The library resolves paths against the root of the server, so a path in the server's URL would be lost.
  const basePath = new URL(server).pathname.replace(/\/+$/, "");
  const performRequest = (options: RequestOptions) =>
    transport.performRequest(basePath === "" ? options : { ...options, path: basePath + options.path });
  return {
    server,
    source: located.source,
    needs: lastingNeeds(located),
    ...(transport.defaultNamespace !== undefined && { defaultNamespace: transport.defaultNamespace }),
    performRequest: performRequest as RestClient["performRequest"],
    close: () => transport.close(),
    [Symbol.dispose]: () => transport.close(),
  };
}

async function openTransport(located: Located): Promise<Transport> {
  const { cluster, user, namespace, source } = located;
  const config = new KubeConfig({
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "found",
    "contexts": [{ name: "found", context: { cluster: "found", user: "found", ...(namespace && { namespace }) } }],
    "clusters": [{ name: "found", cluster }],
    "users": [{ name: "found", user }],
  });
  try {
    return await Transport.open(config);
  } catch (cause) {
    const problem = `its credentials cannot be used: ${(cause as Error).message}`;
    throw new ConnectError(`Cannot connect to ${cluster.server} (${source}) as ${problem}`, { cause });
  }
}
