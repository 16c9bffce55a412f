/** What tests of the first example need on a real cluster: a namespace, an account that may do no more than it must, Foos. */

import { connect, defineController, installCrd } from "../../mod.ts";
import { controller, Foo } from "../../examples/simple.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { type PolicyRule, rightsOf } from "../../lib/deploy/rights/mod.ts";
import { type ApiTarget, callApi } from "./api.ts";
import { type Cluster, eventually } from "./cluster.ts";

/** What the operator of the first example must be allowed to do, in its namespace. */
function rulesIn(namespace: string): readonly PolicyRule[] {
  const operator = defineOperator({ controllers: [defineController(controller)] });
  return rightsOf(resolveOperator(operator, { namespaces: [namespace] })).namespaced;
}

/** What a list answers, as far as the tests look. */
export interface Listed {
  items: {
    metadata: { name: string; finalizers?: string[] };
    spec?: { replicas?: number };
    status?: { ready?: number; readyReplicas?: number };
  }[];
}

/** One namespace with an operator's account. */
export class SimpleFixture implements AsyncDisposable {
  readonly #cluster: Cluster;
  /** The namespace. */
  readonly namespace: string;
  /** The path of the operator's kubeconfig. */
  readonly kubeconfig: string;

  private constructor(cluster: Cluster, namespace: string, kubeconfig: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
    this.kubeconfig = kubeconfig;
  }

  static async create(cluster: Cluster): Promise<SimpleFixture> {
    using admin = await connect({ kubeconfig: cluster.kubeconfig });
    // The garbage collector reads the API's kinds every 30 s only; a new one would be collected that much later.
    if (await installCrd(admin, Foo) === "created") await cluster.restartControllerManager();
    const namespace = `simple-${crypto.randomUUID().slice(0, 8)}`;
    const target = adminOf(cluster);
    await callApi(target, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const kubeconfig = await cluster.serviceAccountKubeconfig({ namespace, name: "operator" });
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    await callApi(target, "POST", `${roles}/roles`, { metadata: { name: "operator" }, rules: rulesIn(namespace) });
    await callApi(target, "POST", `${roles}/rolebindings`, {
      metadata: { name: "operator" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "operator" },
      subjects: [{ kind: "ServiceAccount", name: "operator", namespace }],
    });
    return new SimpleFixture(cluster, namespace, kubeconfig);
  }

  /** How the audit log names the operator. */
  get username(): string {
    return `system:serviceaccount:${this.namespace}:operator`;
  }

  /** A request as the administrator, below the namespace: `foos`, `deployments/a`, `secrets`, `pods`. */
  async call<T = Listed>(method: string, resource: string, body?: unknown): Promise<T> {
    const [plural] = resource.split("/");
    const prefix = plural === "foos"
      ? "/apis/example.dev/v1"
      : plural === "secrets" || plural === "pods"
      ? "/api/v1"
      : "/apis/apps/v1";
    return await callApi<T>(adminOf(this.#cluster), method, `${prefix}/namespaces/${this.namespace}/${resource}`, body);
  }

  /** Creates Foos `foo-0` to `foo-(count - 1)`. */
  async createFoos(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_, index) => `foo-${index}`);
    await Promise.all(
      names.map((name) =>
        this.call("POST", "foos", {
          apiVersion: "example.dev/v1",
          kind: "Foo",
          metadata: { name },
          spec: { replicas: 1 },
        })
      ),
    );
    return names;
  }

  /** Waits until every Foo says that all its pods are ready. */
  async converged(count: number, replicas = 1): Promise<void> {
    await eventually(async () => {
      const { items } = await this.call("GET", "foos");
      return items.length === count && items.every(({ status }) => status?.ready === replicas);
    }, { within: 120_000 });
  }

  /** Waits until nothing is left of the Foos: no dependents, no pods. */
  async empty(): Promise<void> {
    for (const resource of ["foos", "deployments", "replicasets", "pods", "secrets"]) {
      await eventually(async () => (await this.call("GET", resource)).items.length === 0, { within: 120_000 });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const target = adminOf(this.#cluster);
    const { items } = await this.call("GET", "foos");
    // A test that failed may leave Foos behind that nobody would clean up any more.
    for (const { metadata } of items) {
      if (metadata.finalizers) await this.call("PATCH", `foos/${metadata.name}`, { metadata: { finalizers: null } });
    }
    await callApi(target, "DELETE", `/api/v1/namespaces/${this.namespace}`);
  }
}

/** The administrator of the cluster. */
export function adminOf({ url, ca, adminToken }: Cluster): ApiTarget {
  return { url, ca, token: adminToken };
}
