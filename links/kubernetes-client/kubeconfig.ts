/** A kubeconfig: its contexts and their credentials. */

import { ExecPlugin } from "./exec.ts";
import type { ClusterConfig, ContextConfig, RawKubeConfig, UserConfig } from "./raw.ts";

/** A kubeconfig. */
export class KubeConfig {
  constructor(public readonly data: RawKubeConfig) {}

  /** The named context, or the current one, with its cluster and user. Missing parts are empty. */
  fetchContext(contextName?: string): KubeConfigContext {
    const { data } = this;
    const context = find(data.contexts, contextName ?? data["current-context"])?.context ?? {};
    const cluster = find(data.clusters, context.cluster)?.cluster ?? {};
    const user = find(data.users, context.user)?.user ?? {};
    return new KubeConfigContext(context, cluster, user);
  }
}

function find<T extends { name: string }>(items: T[] | undefined, name: string | undefined): T | undefined {
  return name ? items?.find((item) => item.name === name) : undefined;
}

/** A context with its cluster and user. */
export class KubeConfigContext {
  readonly #exec: ExecPlugin | undefined;

  constructor(
    public readonly context: ContextConfig,
    public readonly cluster: ClusterConfig,
    public readonly user: UserConfig,
  ) {
    const serverCert = async () => (await this.getServerTls())?.serverCert;
    if (user.exec) this.#exec = new ExecPlugin(user.exec, cluster, serverCert);
  }

  get defaultNamespace(): string | null {
    return this.context.namespace ?? null;
  }

  /** The certificate authority for the server's certificate. */
  async getServerTls(): Promise<{ serverCert: string } | null> {
    const serverCert = await dataOrFile(
      this.cluster["certificate-authority-data"],
      this.cluster["certificate-authority"],
    );
    return serverCert ? { serverCert } : null;
  }

  /** The client's certificate and key. */
  async getClientTls(): Promise<{ userKey: string; userCert: string } | null> {
    const userCert = await dataOrFile(this.user["client-certificate-data"], this.user["client-certificate"]);
    const userKey = await dataOrFile(this.user["client-key-data"], this.user["client-key"]);
    if (userKey && userCert) return { userKey, userCert };
    if (userKey || userCert) {
      throw new Error(
        "Within the KubeConfig, client key and certificate must both be provided if either is provided.",
      );
    }
    const given = await this.#exec?.credential();
    if (!given?.clientKeyData) return null;
    return { userKey: given.clientKeyData, userCert: given.clientCertificateData ?? "" };
  }

  /** The value of the `Authorization` header. Read for every request, because a token file may change. */
  async getAuthHeader(): Promise<string | null> {
    const { username, password, token, tokenFile } = this.user;
    if (username || password) return `Basic ${btoa(`${username ?? ""}:${password ?? ""}`)}`;
    if (token) return `Bearer ${token}`;
    if (tokenFile) return `Bearer ${(await Deno.readTextFile(tokenFile)).trim()}`;
    const given = await this.#exec?.credential();
    return given?.token ? `Bearer ${given.token}` : null;
  }
}

async function dataOrFile(data: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (data) return atob(data);
  return path ? await Deno.readTextFile(path) : undefined;
}
