/** Credentials from an exec plugin. */

import type { ClusterConfig, UserExecConfig } from "./raw.ts";

/** The output of a plugin. */
export interface ExecCredentialStatus {
  expirationTimestamp?: string;
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
}

/** Runs a plugin, and keeps its credential until it expires. */
export class ExecPlugin {
  readonly #config: UserExecConfig;
  readonly #cluster: ClusterConfig;
  readonly #serverCert: () => Promise<string | undefined>;
  #kept: ExecCredentialStatus | undefined;

  /** @param serverCert Returns the cluster's certificate authority, for a plugin that asks for it. */
  constructor(config: UserExecConfig, cluster: ClusterConfig, serverCert: () => Promise<string | undefined>) {
    this.#config = config;
    this.#cluster = cluster;
    this.#serverCert = serverCert;
  }

  /** The credential, from the plugin or kept. */
  async credential(): Promise<ExecCredentialStatus> {
    const expiry = this.#kept?.expirationTimestamp;
    if (!this.#kept || (expiry && new Date(expiry) <= new Date())) this.#kept = await this.#run();
    return this.#kept;
  }

  async #run(): Promise<ExecCredentialStatus> {
    const { command, args, env, interactiveMode = "IfAvailable", installHint } = this.#config;
    const isTerminal = Deno.stdin.isTerminal();
    if (interactiveMode === "Always" && !isTerminal) {
      throw new Error("KubeConfig exec plugin wants a TTY, but stdin is not a TTY");
    }
    const interactive = isTerminal && interactiveMode !== "Never";
    const options: Deno.CommandOptions = {
      ...(args && { args }),
      stdin: interactive ? "inherit" : "null",
      stdout: "piped",
      stderr: "inherit",
      env: {
        ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(await this.#request(interactive)),
      },
    };
    try {
      return this.#parse(await new Deno.Command(command, options).output());
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(installHint ?? `Exec plugin ${command} not found (${error}). Maybe you need to install it.`);
    }
  }

  async #request(interactive: boolean): Promise<object> {
    const { apiVersion, provideClusterInfo } = this.#config;
    if (!provideClusterInfo) return { apiVersion, kind: "ExecCredential", spec: { interactive } };
    const serverCert = await this.#serverCert();
    const extension = this.#cluster.extensions?.find(({ name }) => name === "client.authentication.k8s.io/exec");
    const cluster = {
      "config": extension?.extension,
      "server": this.#cluster.server,
      "certificate-authority-data": serverCert && btoa(serverCert),
    };
    return { apiVersion, kind: "ExecCredential", spec: { interactive, cluster } };
  }

  #parse(output: Deno.CommandOutput): ExecCredentialStatus {
    const { command } = this.#config;
    if (!output.success) throw new Error(`Exec plugin ${command} exited with code ${output.code}`);
    const answer = JSON.parse(new TextDecoder().decode(output.stdout));
    const isCredential = answer?.kind === "ExecCredential" &&
      /^client\.authentication\.k8s\.io\/v1(alpha1|beta1)?$/.test(answer.apiVersion);
    if (!isCredential || !answer.status) throw new Error(`Exec plugin ${command} did not output an ExecCredential`);
    return answer.status;
  }
}
