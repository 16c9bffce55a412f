/** An example's operator, deployed: its definitions and manifests applied, its image on a node, its Pod available. */

import { TypedClient } from "@staircase/operator/client";
import { Deployment } from "@staircase/operator/kinds";
import { assertEquals } from "@std/assert";
import { connect } from "../../../mod.ts";
import { canRunPods } from "../../packaging/unpacked_image.ts";
import { compilerAtHand } from "../../packaging/programs.ts";
import { type ApiTarget, callApi } from "../api.ts";
import { type AuditEvent, type Cluster, eventually, readAudit } from "../cluster.ts";
import { clusterTest, hasCluster } from "../cluster_test_case.ts";
import { ask, succeed } from "../deployed_files.ts";
import { runs } from "../helm.ts";
import { type PodRecord, RealNode } from "../node/real_node.ts";
import { adminOf } from "../simple_fixture.ts";
import { manifestsOf, ship, type Shipped } from "./shipped.ts";
import type { Wishes } from "./wishes.ts";

/** What its image is called. */
const IMAGE = "registry.example/operator:1.0.0";

/** Building takes Deno's runtime part (DENORT_BIN, DENO_2_6), and a Pod takes root and some programs. */
export const canDeploy: boolean = hasCluster() && compilerAtHand() !== undefined && await canRunPods() &&
  await runs("kubectl", "version", "--client");

/** An operator that is deployed. Everything goes when it is disposed of. */
export class DeployedOperator implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly admin: ApiTarget;
  /** The folder of this deployment, for files. */
  readonly folder: string;
  shipped!: Shipped;
  node!: RealNode;
  /** The namespace that it runs in. */
  own = "";
  /** The namespace of its users. */
  users = "";
  /** A user, in that namespace. */
  user!: TypedClient;
  /** The arguments of `manifests`. */
  args: readonly string[] = [];
  /** What they have printed. */
  yaml = "";
  #client!: TypedClient;

  private constructor(readonly cluster: Cluster, readonly wishes: Wishes, folder: string) {
    this.admin = adminOf(cluster);
    this.folder = folder;
  }

  /** Deploys an example. */
  static async deploy(cluster: Cluster, wishes: Wishes): Promise<DeployedOperator> {
    const folder = await Deno.makeTempDir({ prefix: "staircase-shipped-" });
    const deployed = new DeployedOperator(cluster, wishes, folder);
    deployed.#stack.defer(() => Deno.remove(folder, { recursive: true }));
    try {
      await deployed.#prepare();
      await deployed.#apply();
    } catch (error) {
      const log = deployed.node?.pods.map(({ container }) => container.log()).join("\n") ?? "";
      await deployed[Symbol.asyncDispose]();
      throw new Error(`not deployed:\n${log}`, { cause: error });
    }
    return deployed;
  }

  async #prepare(): Promise<void> {
    const { cluster, wishes: { name, program, flags, neighbours }, folder, admin } = this;
    this.shipped = await ship(program, flags, folder);
    const neighbourhood = neighbours?.();
    if (neighbourhood) this.#stack.use(neighbourhood);
    // Pod Security is enforced where the operator runs; what it makes for its users is theirs.
    this.own = await namespaceFor(admin, `${name}-operator`, { "pod-security.kubernetes.io/enforce": "restricted" });
    this.users = await namespaceFor(admin, `${name}-users`);
    this.#stack.defer(async () => {
      await ask(cluster, "kubectl", ["delete", "namespace", this.own, this.users, "--wait=false"]);
    });
    const options = { images: { [IMAGE]: this.shipped.image }, neighbours: neighbourhood?.neighbours ?? [] };
    this.node = this.#stack.use(await RealNode.join(admin, options));
    const client = this.#stack.use(await connect({ kubeconfig: cluster.kubeconfig }));
    this.user = new TypedClient(client, { namespace: this.users });
    this.#client = new TypedClient(client, { namespace: this.own });
  }

  async #apply(): Promise<void> {
    const { cluster, wishes: { name, flags }, shipped, node, own, users } = this;
    await succeed(cluster, "kubectl", ["apply", "-f", "-"], await this.crds());
    const { kind, draft } = this.wishes.early(users);
    await eventually(() => this.user.create(kind, draft as never), { within: 20_000 });
    // A kind that is in no namespace takes all.
    const scope = name === "multi" ? [] : ["--watch-namespace", users];
    const where = ["--node-selector", `kubernetes.io/hostname=${node.name}`, "--toleration", '{"operator":"Exists"}'];
    this.args = ["--image", IMAGE, "--namespace", own, "--policy", ...flags, ...scope, ...where];
    this.yaml = await manifestsOf(shipped.main, this.args);
    await succeed(cluster, "kubectl", ["apply", "-f", "-"], this.yaml);
    this.#stack.defer(async () => void await ask(cluster, "kubectl", ["delete", "--wait=false", "-f", "-"], this.yaml));
    await this.available();
  }

  /** The definitions of its kinds. */
  async crds(): Promise<string> {
    const args = ["run", "--no-check", "--no-prompt", this.shipped.main, "crd"];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  /** Resolves when its Deployment is rolled out and available. */
  async available(): Promise<void> {
    await this.#client.waitFor(Deployment, this.wishes.name, ({ metadata, status }) => {
      return status?.observedGeneration === metadata.generation && status?.updatedReplicas === 1 &&
        status.availableReplicas === 1;
    }, { timeout: "60s" });
  }

  /** How many Pods are wanted. */
  async scale(replicas: number): Promise<void> {
    await this.#client.patch(Deployment, this.wishes.name, { merge: { spec: { replicas } } });
  }

  /** The Pod that started last. */
  get pod(): PodRecord {
    return this.node.pods.at(-1)!;
  }

  /** What all Pods have written. */
  get log(): string {
    return this.node.pods.map(({ logs }) => logs()).join("\n--\n");
  }

  /** The requests of its account that are over. */
  async requests(): Promise<AuditEvent[]> {
    const username = `system:serviceaccount:${this.own}:${this.wishes.name}`;
    return await readAudit(this.cluster, { username, stage: "ResponseComplete" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function namespaceFor(admin: ApiTarget, prefix: string, labels = {}): Promise<string> {
  const name = `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
  await callApi(admin, "POST", "/api/v1/namespaces", { metadata: { name, labels } });
  return name;
}

/** A test that deploys operators; left out where that is not possible. */
export function deployTest(name: string, fn: (cluster: Cluster) => Promise<void>): void {
  if (canDeploy || !hasCluster()) clusterTest(name, fn);
  // What it takes is said at `canDeploy`; .ci/run brings all of it where it can.
  else Deno.test({ name, ignore: true, fn() {} });
}
