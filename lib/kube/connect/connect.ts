/** Connects to the cluster that is found. */

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
  isEmpty,
  lastingNeeds,
  type Located,
  PermissionError,
  type PermissionNeeds,
  readFile,
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
  /** What requests go over. Where a proxy is not known of, it may become `fetch` at the first: see `ConnectOptions.transport`. */
  readonly transport: TransportKind;
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
 * Credentials end, and come anew. A token file is read at every request. Files of certificates, the authority's too, are
 * looked at once a minute, and when the server refuses them. An exec plugin is asked again when what it gave has expired, and
 * when the server answers 401: once for all requests that hear it together, whose answer is then that to a second attempt;
 * ever more rarely while what it gives is refused. New certificates make new connections.
 *
 * The authority that a kubeconfig names takes the place of the roots that Deno trusts, as with kubectl. Where that cannot be
 * told of a server that the roots vouch for, as through a proxy of `socks5://`, it is believed and logged.
 *
 * The proxy that a kubeconfig names (`proxy-url`) is on the way to the server, else the one of `HTTPS_PROXY` (`HTTP_PROXY` for
 * an `http://` server) or `ALL_PROXY`, where these may be read: never to this machine, nor to whom `NO_PROXY` names. Through a
 * proxy of `http://`, the permission to reach the proxy is enough; for one of `https://` or `socks5://`, Deno's `fetch` wants
 * that for the server as well. Where there is that for the server alone, `fetch` goes through the environment's proxy.
 *
 * Of a kubeconfig, all is done that kubectl does (`tls-server-name`, `as` and the like, exec plugins too) but for
 * `auth-provider`, which is an error. With `insecure-skip-tls-verify`, whoever answers is sent the credentials: that is done, on
 * connections to that server alone, and logged as a warning.
 *
 * @param options Which cluster to use.
 * @returns The client. Close it when it is no longer needed.
 * @throws {ConnectError} If no source has a cluster, or the one that has cannot be used.
 * @throws {PermissionError} If a permission is missing that the cluster takes; the message names the flags.
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  // Nearly every server has TLS. A start goes on meanwhile: nobody waits for it but the first handshake.
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
 * @param located The cluster.
 * @param clock The time, for credentials that end and connections that are silent.
 * @throws {ConnectError} If the credentials cannot be used.
 */
export async function toClient(located: Located, clock: Clock = systemClock): Promise<ConnectedClient> {
  const transport = await openTransport(located, clock);
  const performRequest = (options: RequestOptions) => transport.performRequest(options);
  const client: ConnectedClient = {
    server: located.cluster.server,
    source: located.source,
    needs: lastingNeeds(located),
    get transport() {
      return transport.kind;
    },
    defaultNamespace: located.namespace ?? "default",
    performRequest: performRequest as RestClient["performRequest"],
    close: () => transport.close(),
    [Symbol.dispose]: () => transport.close(),
  };
  // Not copied by whoever spreads the client to put a `fetch` of its own into it, which does not.
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

/** Of what is no error of ours, only what is known to quote nothing: Deno's about PEM. */
function describeTlsError(error: unknown): string {
  const { name, message } = error as Error;
  return name === "InvalidData" || /^(Invalid|Unable|No) [\w -]*(certificate|key)[\w -]*$/i.test(message)
    ? message
    : `${name} of the certificate or its key`;
}
