/** One operator of the soak with its namespace, its account and its users. */

import type { ConnectedClient } from "../../../mod.ts";
import type { Random } from "../../../lib/time/mod.ts";
import { callApi } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import { writeKubeconfig } from "../../../lib/testing/apiserver/kubeconfig.ts";
import { type OperatorProcess, startOperator } from "../operator_process.ts";
import { adminOf } from "../simple_fixture.ts";
import type { Front } from "./front.ts";
import { Workload } from "./workload.ts";
import type { Written } from "./written.ts";

const RULES = [
  { apiGroups: ["soak.example.dev"], resources: ["things"], verbs: ["get", "list", "watch", "patch"] },
  { apiGroups: ["soak.example.dev"], resources: ["things/status"], verbs: ["patch"] },
  {
    apiGroups: [""],
    resources: ["secrets", "configmaps"],
    verbs: ["get", "list", "watch", "create", "patch", "delete"],
  },
];

/** Longer than a soak. */
const TOKEN_SECONDS = 6 * 3_600;

/** One operator, and what it looks after. */
export class Household implements AsyncDisposable {
  readonly name: string;
  readonly workload: Workload;
  /** How often the operator was started. */
  starts = 0;
  /** Codes with which it ended, other than by force. */
  readonly exitCodes: number[] = [];
  /** What was written to the error output: nothing, as the log goes to the other one. */
  errors = "";
  /** The warnings and errors of its log. */
  readonly warnings: string[] = [];
  readonly #cluster: Cluster;
  readonly #kubeconfig: string;
  readonly #written: Written[] = [];
  #operator: OperatorProcess | undefined;

  private constructor(name: string, cluster: Cluster, kubeconfig: string, workload: Workload) {
    this.name = name;
    this.#cluster = cluster;
    this.#kubeconfig = kubeconfig;
    this.workload = workload;
  }

  static async create(
    name: string,
    { cluster, front, admin, random }: { cluster: Cluster; front: Front; admin: ConnectedClient; random: Random },
  ): Promise<Household> {
    const namespace = `soak-${crypto.randomUUID().slice(0, 8)}`;
    const target = adminOf(cluster);
    await callApi(target, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const account = { namespace, name, expirationSeconds: TOKEN_SECONDS };
    const straight = await Deno.readTextFile(await cluster.serviceAccountKubeconfig(account));
    const token = /token: (\S+)/.exec(straight)![1]!;
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    await callApi(target, "POST", `${roles}/roles`, { metadata: { name }, rules: RULES });
    await callApi(target, "POST", `${roles}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    });
    const path = `${cluster.dir}/${namespace}.kubeconfig`;
    await writeKubeconfig(path, { url: front.url, ca: front.authority, token, namespace });
    const household = new Household(name, cluster, path, await Workload.start(target, admin, namespace, random));
    await household.startOperator();
    return household;
  }

  /** The operator's process id. */
  get pid(): number {
    return this.#operator!.pid;
  }

  /** What has been told of writes so far. */
  written(): readonly Written[] {
    return [...this.#written, ...writesOf(this.#operator)];
  }

  async startOperator(): Promise<void> {
    this.#operator = await startOperator(this.#kubeconfig, { program: "soak/operator.ts" });
    this.starts++;
  }

  /** Ends it. */
  async endOperator(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const operator = this.#operator;
    if (!operator) return;
    this.#operator = undefined;
    const code = await operator.end(signal);
    if (signal === "SIGTERM") this.exitCodes.push(code);
    this.#written.push(...writesOf(operator));
    this.warnings.push(...warningsOf(operator));
    this.errors += operator.errors();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endOperator("SIGKILL");
    await this.workload[Symbol.asyncDispose]();
    await callApi(adminOf(this.#cluster), "DELETE", `/api/v1/namespaces/${this.workload.namespace}`);
  }
}

function writesOf(operator: OperatorProcess | undefined): Written[] {
  return (operator?.lines ?? []).filter((line) => "mark" in line) as unknown as Written[];
}

function warningsOf({ lines }: OperatorProcess): string[] {
  const logged = lines as readonly { level?: string; message?: string }[];
  return logged.flatMap(({ level, message }) => level === "warn" || level === "error" ? [`${level}: ${message}`] : []);
}
