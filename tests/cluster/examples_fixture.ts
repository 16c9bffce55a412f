/** What the examples need on a real cluster: a namespace, a user, and an operator whose requests can be told apart. */

import { connect, type ConnectedClient } from "../../mod.ts";
import { callApi } from "./api.ts";
import { type AuditEvent, type Cluster, eventually, readAudit } from "./cluster.ts";
import { adminOf } from "./simple_fixture.ts";

const WRITES = ["create", "update", "patch", "delete", "deletecollection"];
const RBAC = "/apis/rbac.authorization.k8s.io/v1";

/** A namespace with an operator's account that may do everything. */
export class ExamplesFixture implements AsyncDisposable {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    /** The path of the operator's kubeconfig. */
    readonly kubeconfig: string,
    /** Whose requests are whose. */
    readonly clients: { readonly user: ConnectedClient; readonly operator: ConnectedClient },
  ) {}

  static async create(cluster: Cluster, example: string): Promise<ExamplesFixture> {
    const namespace = `${example}-${crypto.randomUUID().slice(0, 8)}`;
    const target = adminOf(cluster);
    await callApi(target, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const kubeconfig = await cluster.serviceAccountKubeconfig({ namespace, name: "operator" });
    await callApi(target, "POST", `${RBAC}/clusterrolebindings`, {
      metadata: { name: namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "operator", namespace }],
    });
    const user = await connect({ kubeconfig: cluster.kubeconfig });
    const operator = await connect({ kubeconfig });
    return new ExamplesFixture(cluster, namespace, kubeconfig, { user, operator });
  }

  /** What the operator has changed, or tried to, once that is known to be at least so many. */
  async writes(expected: number): Promise<AuditEvent[]> {
    const { username } = this;
    return await eventually(async () => {
      const events = await readAudit(this.cluster, { username, stage: "ResponseComplete" });
      const writes = events.filter(({ verb }) => WRITES.includes(verb));
      return writes.length >= expected && writes;
    }, { within: 10_000 });
  }

  /** Waits until the operator watches something. */
  async watching(): Promise<void> {
    const { username } = this;
    await eventually(async () => (await readAudit(this.cluster, { username, verb: "watch" })).length > 0, {
      within: 20_000,
    });
  }

  /** How the audit log names the operator. */
  get username(): string {
    return `system:serviceaccount:${this.namespace}:operator`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const target = adminOf(this.cluster);
    for (const client of Object.values(this.clients)) client.close();
    await callApi(target, "DELETE", `${RBAC}/clusterrolebindings/${this.namespace}`);
    await callApi(target, "DELETE", `/api/v1/namespaces/${this.namespace}`);
  }
}
