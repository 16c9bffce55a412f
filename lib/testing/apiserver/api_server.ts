/** A real API server for a test. */

import {
  connect,
  type ConnectedClient,
  type CrdManifest,
  installCrd,
  isAlreadyExists,
  type JSONValue,
  toApiError,
} from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";
import { type Duration, shownValue, toMilliseconds } from "../../time/mod.ts";
import { ApiServerError, startProblem } from "./errors.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { findPrograms } from "./programs.ts";
import { startControlPlane } from "./starting.ts";
import { type ControlPlaneState, stateOf } from "./state.ts";
import { stopControlPlane } from "./stopping.ts";
import { denoSurroundings } from "./surroundings.ts";

/** Options of {@link startApiServer}. */
export interface ApiServerOptions {
  /**
   * Kinds that are installed before the server is handed over.
   * @default {[]}
   */
  crds?: readonly (ResourceKind & { readonly crd: CrdManifest })[];
  /**
   * The folder with the programs `etcd` and `kube-apiserver`.
   * @default {`STAIRCASE_CLUSTER_BIN`, else `KUBEBUILDER_ASSETS`, else where `./testing/apiserver/build` puts them}
   */
  bin?: string;
  /**
   * Whether there are a controller manager, a scheduler and one node, whose Pods become ready without a container. Without them,
   * nobody collects what belongs to a deleted owner, ends namespaces, or makes Pods of Deployments. envtest has no programs for
   * that; `./testing/apiserver/build --controllers` makes them.
   * @default {false}
   */
  controllers?: boolean;
  /**
   * More flags of the API server. They come after, and so win over, those that are set.
   * @default {[]}
   */
  flags?: readonly string[];
  /**
   * The port on 127.0.0.1.
   * @default {a free one}
   */
  port?: number;
  /**
   * How long it may take until all of it can be used; three to five seconds are usual.
   * @default {"60s"}
   */
  timeout?: Duration;
  /**
   * Whether the folder with logs and data stays when the server stops, to look at.
   * @default {false}
   */
  keepFolder?: boolean;
}

/** A ServiceAccount, for {@link ApiServer.serviceAccountKubeconfig}. */
export interface ServiceAccountOptions {
  /** Its namespace, which must be there. */
  namespace: string;
  /** Its name; it is made when it is not there. */
  name: string;
  /**
   * How long its token is good for.
   * @default {"1h"}
   */
  expiresAfter?: Duration;
}

/** A running API server. */
export interface ApiServer extends AsyncDisposable {
  /** A client of user `admin`, who may do everything. It is closed when the server stops. */
  readonly client: ConnectedClient;
  /** The path of the admin's kubeconfig, for `connect({ kubeconfig })`, kubectl and other processes. */
  readonly kubeconfig: string;
  /** The address, such as `https://127.0.0.1:23456`. */
  readonly url: string;
  /** The certificate of its authority, PEM. */
  readonly ca: string;
  /** The temporary folder with data, keys and `logs/`. */
  readonly folder: string;
  /**
   * The path of a kubeconfig of a ServiceAccount, which may do what RBAC lets it: so a test shows that the roles of an operator
   * are enough.
   *
   * @throws {ApiError} If the API server makes no account or no token, as when there is no such namespace.
   */
  serviceAccountKubeconfig(account: ServiceAccountOptions): Promise<string>;
  /** Stops everything and removes the folder; resolves when no process is left. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts etcd and a Kubernetes API server on 127.0.0.1, and resolves when they can be used. They need no container, no root and
 * no network. Several may run side by side, each with ports, data and keys of its own.
 *
 * They stop by `await using` or `stop()`. When this process ends before that, however it does, a process that watches over it
 * stops them, and removes their folder, within seconds.
 *
 * The programs are found in the folder of the option `bin`, else of the environment variable `STAIRCASE_CLUSTER_BIN`, else of
 * `KUBEBUILDER_ASSETS`, as envtest of controller-runtime has it, else where `./testing/apiserver/build` puts them. Nothing is
 * downloaded and nothing built by itself. Kubernetes 1.29 or newer will do.
 *
 * It takes Linux (or macOS, where it is not tried yet), and the permissions `--allow-run --allow-read --allow-write --allow-net=127.0.0.1 --allow-env`.
 *
 * @throws {ApiServerError} If there are no programs, the port is taken, a program ends (with the end of its log), or it takes too
 * long.
 * @throws {Error} If a kind cannot be installed, as `installCrd` says.
 *
 * @example Usage
 * ```ts ignore
 * import { serveController } from "@staircase/operator";
 * import { startApiServer } from "@staircase/operator/testing/apiserver";
 * import { Foo, steps } from "./foo.ts";
 *
 * Deno.test("a Foo gets its password on a real API server", async () => {
 *   await using server = await startApiServer({ crds: [Foo] });
 *   await using controller = await serveController({ resource: Foo, steps, client: server.client });
 *   // …
 * });
 * ```
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { crds = [], bin, controllers = false, flags = [], port, keepFolder = false } = options;
  if (Deno.build.os === "windows") throw new ApiServerError(startProblem("it needs Linux or macOS", Deno.build.os));
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new ApiServerError(startProblem("its port must be a whole number from 1 to 65535", shownValue(port)));
  }
  const stateFile = await startControlPlane({
    ...{ controllers, port, keepFolder, apiServerFlags: flags },
    bin: findPrograms({ bin, controllers }, denoSurroundings),
    timeout: toMilliseconds(options.timeout ?? "60s", "timeout"),
    prepare: async (client) => void await Promise.all(crds.map((crd) => installCrd(client, crd))),
  });
  const state = await stateOf(stateFile);
  return toApiServer(stateFile, state, await connect({ kubeconfig: state.kubeconfig }));
}

function toApiServer(stateFile: string, state: ControlPlaneState, client: ConnectedClient): ApiServer {
  const stop = async () => {
    client.close();
    await stopControlPlane(stateFile);
  };
  const { kubeconfig, url, ca, dir: folder } = state;
  return {
    ...{ client, kubeconfig, url, ca, folder, stop },
    serviceAccountKubeconfig: (account) => serviceAccountKubeconfig(state, client, account),
    [Symbol.asyncDispose]: stop,
  };
}

/** Makes the account where it is not there, asks for a token, and writes a kubeconfig with it. */
export async function serviceAccountKubeconfig(
  { dir, url, ca }: ControlPlaneState,
  client: ConnectedClient,
  { namespace, name, expiresAfter = "1h" }: ServiceAccountOptions,
): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const send = async (path: string, bodyJson: JSONValue) => {
    try {
      return await client.performRequest({ method: "POST", path, bodyJson, expectJson: true });
    } catch (error) {
      throw toApiError(error);
    }
  };
  await send(accounts, { metadata: { name } }).catch((error) => {
    if (!isAlreadyExists(error)) throw error;
  });
  const expirationSeconds = toMilliseconds(expiresAfter, "expiresAfter") / 1_000;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds } };
  const answer = await send(`${accounts}/${name}/token`, request) as unknown as { status: { token: string } };
  const content = { url, ca, namespace, token: answer.status.token, user: name };
  return await writeKubeconfig(`${dir}/${namespace}-${name}.kubeconfig`, content);
}
