/** Connects to the cluster that it finds. */

import type { RequestOptions, RestClient } from "@cloudydeno/kubernetes-client";
import { type Clock, systemClock } from "../../time/mod.ts";
import { drawFirstRandom } from "../../wire/mod.ts";
import { type ClusterClient, openDirectWay } from "../request/mod.ts";
import {
  allNeeds,
  ConnectError,
  type ConnectOptions,
  denoHost,
  type FileReference,
  type Host,
  lastingNeeds,
  type Located,
  needsNothing,
  PermissionError,
  type PermissionNeeds,
  readFile,
  searchNeedsOf,
  type TransportKind,
} from "./found/mod.ts";
import { isPem } from "./credentials/mod.ts";
import { locate } from "./sources/mod.ts";
import { Transport } from "./line/mod.ts";

/** A client for the cluster that was found. */
export interface ConnectedClient extends ClusterClient, Disposable {
  /** The server's URL. */
  readonly server: string;
  /** Where the credentials came from, for logs: `kubeconfig /home/me/.kube/config, context dev`. */
  readonly source: string;
  /**
   * What carries requests. If the environment may name a proxy that cannot be read, the first request may change it to
   * `fetch`: see `ConnectOptions.transport`.
   */
  readonly transport: TransportKind;
  /** The permissions that requests need, for as long as the client is used: credentials are read again. */
  readonly needs: PermissionNeeds;
  /** The permissions that only finding the cluster needed. They can be revoked. */
  readonly spent: PermissionNeeds;
  /** Closes the connections to the server. Requests under way continue; abort them by their signal. */
  close(): void;
}

/**
 * Finds a cluster and returns a client for it. Makes no request to the cluster, and never prompts for a permission.
 *
 * The following sources are tried in this order; the first one that has a cluster is used: 1. the options, 2. the
 * kubeconfig files that `KUBECONFIG` names, merged as kubectl does, or else `~/.kube/config`, 3. the service account of
 * the pod that this process runs in, 4. `kubectl proxy` at its usual address, `http://127.0.0.1:8001`.
 *
 * A source that has no cluster, or may not be read, is skipped. A kubeconfig that is named and missing, or that is
 * malformed, is an error: no other cluster is used instead.
 *
 * In a pod, `--allow-net=kubernetes.default.svc:443 --allow-read=/var/run/secrets/kubernetes.io/serviceaccount` is
 * enough. If the process may also read the environment variables `KUBERNETES_SERVICE_HOST` and
 * `KUBERNETES_SERVICE_PORT` and may connect to the address in them, it uses that address instead of the name.
 * Elsewhere, {@link connectionPermissions} tells which permissions are needed.
 *
 * Credentials are renewed while the process runs. A token file is read at every request. Certificate files, also the
 * authority's, are checked once a minute and when the server refuses them. An exec plugin runs again when its
 * credential has expired, and when the server answers 401. Requests that get this answer together share one run of the
 * plugin, and are then sent a second time. If the server keeps refusing the new credentials, the plugin runs ever less
 * often. New certificates lead to new connections.
 *
 * The authority of a kubeconfig replaces the roots that Deno trusts, as with kubectl. If Deno's roots also vouch for
 * the server and the chain cannot be checked, as through a `socks5://` proxy, the server is trusted and that is logged.
 *
 * If the kubeconfig names a proxy (`proxy-url`), requests go through it. Otherwise they go through the proxy in
 * `HTTPS_PROXY` (`HTTP_PROXY` for an `http://` server) or `ALL_PROXY`, if these variables may be read, but never to
 * this machine or to a host in `NO_PROXY`. An `http://` proxy only needs the permission for the proxy. For `https://`
 * and `socks5://` proxies, Deno's `fetch` also needs the permission for the server. If only the server is permitted,
 * `fetch` uses the environment's proxy by itself.
 *
 * Everything in a kubeconfig is supported as in kubectl (`tls-server-name`, `as` and the like, exec plugins), except
 * `auth-provider`, which is an error. `insecure-skip-tls-verify` sends the credentials to whoever answers, on
 * connections to that server only, and logs a warning.
 *
 * @param options Which cluster to use.
 * @returns The client. Close it when it is no longer needed.
 * @throws {ConnectError} If no source has a cluster, or the first one that has cannot be used.
 * @throws {PermissionError} If a permission for the cluster is missing. The message names the flags.
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  // Nearly every server uses TLS. The draw runs in the background: only the first handshake waits for it.
  const random = options.server?.startsWith("http:") ? undefined : drawFirstRandom();
  try {
    const client = await connectTo(await locate(options, denoHost));
    if (!client.server.startsWith("https:")) await random;
    return client;
  } catch (error) {
    await random;
    throw error;
  }
}

async function connectTo(located: Located): Promise<ConnectedClient> {
  const missing = await denoHost.missing(allNeeds(located));
  if (!needsNothing(missing)) {
    throw new PermissionError(`connect to ${located.cluster.server} (${located.source})`, missing);
  }
  await Promise.all(located.files.map((file) => checkFile(denoHost, file)));
  return await toClient(located);
}

async function checkFile(host: Host, { origin, path, isPem: mustBePem }: FileReference): Promise<void> {
  const text = await readFile(host, path, origin);
  if (text === undefined) throw new ConnectError(`Cannot use ${origin} as ${path} is not there`);
  if (mustBePem && !isPem(text)) {
    throw new ConnectError(`Cannot use ${origin} as ${path} is not PEM: it does not contain "-----BEGIN"`);
  }
}

/**
 * Makes a client for a located cluster.
 *
 * @param located The cluster.
 * @param clock The time, for the expiry of credentials and for idle connections.
 * @throws {ConnectError} If the credentials cannot be used.
 */
export async function toClient(located: Located, clock: Clock = systemClock): Promise<ConnectedClient> {
  const transport = await openTransport(located, clock);
  const performRequest = (options: RequestOptions) => transport.performRequest(options);
  const client: ConnectedClient = {
    server: located.cluster.server,
    source: located.source,
    needs: lastingNeeds(located),
    spent: searchNeedsOf(located),
    get transport() {
      return transport.kind;
    },
    defaultNamespace: located.namespace ?? "default",
    performRequest: performRequest as RestClient["performRequest"],
    close: () => transport.close(),
    [Symbol.dispose]: () => transport.close(),
  };
  // Not enumerable: a spread of the client with another `fetch` must not copy it, because that `fetch` may send twice.
  Object.defineProperty(client, "sendsOnce", { value: true });
  openDirectWay(client, (request) => transport.ask(request));
  return client;
}

async function openTransport(located: Located, clock: Clock): Promise<Transport> {
  try {
    return await Transport.open(located, denoHost, clock);
  } catch (error) {
    const { cluster: { server }, source } = located;
    const problem = error instanceof ConnectError ? error.message : describeTlsError(error);
    throw new ConnectError(`Cannot connect to ${server} (${source}) as its credentials cannot be used: ${problem}`);
  }
}

/** Of foreign errors, only shows those known to quote nothing secret: Deno's about PEM. */
function describeTlsError(error: unknown): string {
  const { name, message } = error as Error;
  return name === "InvalidData" || /^(Invalid|Unable|No) [\w -]*(certificate|key)[\w -]*$/i.test(message)
    ? message
    : `${name} of the certificate or its key`;
}
