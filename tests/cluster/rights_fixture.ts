/** What tests of rights need on a real cluster: a namespace, and an operator's account that has exactly some rules. */

import {
  type ClusterClient,
  connect,
  type ConnectedClient,
  type ControllerDefinition,
  type DefinedResource,
  installCrd,
} from "../../mod.ts";
import type { RequestOptions } from "../../lib/doors/cluster.ts";
import { Stage } from "../../examples/stage.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { type ResolvedOperator, resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { policyOf } from "../../lib/deploy/policy/mod.ts";
import { type PolicyRule, type Rights, rightsOf } from "../../lib/deploy/rights/mod.ts";
import { broken } from "../controller/faults.ts";
import { KeepingLogger } from "../controller/keeping_logger.ts";
import { type ApiTarget, callApi } from "./api.ts";
import { type AuditEvent, type Cluster, eventually, readAudit } from "./cluster.ts";
import { adminOf } from "./simple_fixture.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";

/** The name of the account. */
const ACCOUNT = "operator";

/** One verb on one resource of a rule. */
export interface OneRight {
  readonly where: keyof Rights;
  readonly rule: PolicyRule;
  readonly resource: string;
  readonly verb: string;
}

/** A namespace with an account that has no rights at first. */
export class RightsFixture implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  /** What the operator logs. */
  readonly logger = new KeepingLogger();

  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    /** The client of a user who may do everything. */
    readonly user: ConnectedClient,
    /** The client of the account. */
    readonly operator: ConnectedClient,
    /** The token of the account. */
    readonly token: string,
  ) {}

  static async create(cluster: Cluster): Promise<RightsFixture> {
    const namespace = `rights-${crypto.randomUUID().slice(0, 8)}`;
    await callApi(adminOf(cluster), "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const kubeconfig = await cluster.serviceAccountKubeconfig({ namespace, name: ACCOUNT });
    const token = /token"?: "?([^"\s]+)/.exec(await Deno.readTextFile(kubeconfig))![1]!;
    const user = await connect({ kubeconfig: cluster.kubeconfig });
    return new RightsFixture(cluster, namespace, user, await connect({ kubeconfig }), token);
  }

  /** How the API server names the account. */
  get username(): string {
    return `system:serviceaccount:${this.namespace}:${ACCOUNT}`;
  }

  /** The account, for requests by hand: whoever has its token. */
  get thief(): ApiTarget {
    return { ...adminOf(this.cluster), token: this.token };
  }

  /** Gives the account exactly these rights, and waits until the API server knows. */
  async grant({ cluster, namespaced }: Rights): Promise<void> {
    const { namespace } = this;
    await this.#bind("ClusterRole", `${RBAC}/clusterroles`, `${RBAC}/clusterrolebindings`, cluster);
    const within = `${RBAC}/namespaces/${namespace}`;
    await this.#bind("Role", `${within}/roles`, `${within}/rolebindings`, namespaced);
    await eventually(async () => {
      const answers = await Promise.all([
        ...cluster.map((rule) => this.may(rule, "")),
        ...namespaced.map((rule) => this.may(rule)),
      ]);
      return answers.every((may) => may);
    }, { within: 20_000 });
  }

  async #bind(kind: string, roles: string, bindings: string, rules: readonly PolicyRule[]): Promise<void> {
    const admin = adminOf(this.cluster);
    const [name, metadata] = [this.namespace, { name: this.namespace }];
    const known = await callApi(admin, "GET", `${roles}/${name}`).catch(() => undefined);
    if (known) return void await callApi(admin, "PATCH", `${roles}/${name}`, { rules });
    await callApi(admin, "POST", roles, { metadata, rules });
    await callApi(admin, "POST", bindings, {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: name }],
    });
    if (kind !== "ClusterRole") return;
    for (const path of [roles, bindings]) this.#stack.defer(() => this.#remove(`${path}/${name}`));
  }

  /** Whether the account may do what a rule says, the last of it: the API server learns of a role as a whole. */
  async may(
    { apiGroups, resources, verbs, resourceNames }: PolicyRule,
    namespace = this.namespace,
  ): Promise<boolean> {
    const [resource, subresource] = resources.at(-1)!.split("/");
    const answer = await callApi<{ status: { allowed: boolean } }>(
      adminOf(this.cluster),
      "POST",
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      {
        spec: {
          user: this.username,
          resourceAttributes: {
            ...{ group: apiGroups[0], resource, subresource, verb: verbs.at(-1), namespace },
            name: resourceNames?.[0],
          },
        },
      },
    );
    return answer.status.allowed;
  }

  /** Applies the policy of an operator, and waits until the API server enforces it. */
  async applyPolicy(operator: ResolvedOperator): Promise<void> {
    const { namespace } = this;
    const admin = adminOf(this.cluster);
    const [policy, binding] = policyOf(operator, { serviceAccount: { namespace, name: ACCOUNT } });
    const paths = [`${ADMISSION}/validatingadmissionpolicies`, `${ADMISSION}/validatingadmissionpolicybindings`];
    for (const [at, object] of [policy, binding].entries()) {
      await callApi(admin, "POST", paths[at]!, object);
      this.#stack.defer(() => this.#remove(`${paths[at]}/${object.metadata.name}`));
    }
    // An Event of nobody, which the policy of every operator refuses.
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events?dryRun=All`;
    const ask = () => refusalOf(() => callApi(this.thief, "POST", path, eventOf("nobody", namespace)));
    await eventually(async () => (await ask())?.includes(`the operator ${operator.name} may not create`), {
      within: 20_000,
    });
  }

  /** What the operator was refused, as the audit log has it. */
  async refusals(): Promise<AuditEvent[]> {
    const { username } = this;
    const refused = await readAudit(this.cluster, { username, code: 403 });
    // The fixture itself asks so.
    return refused.filter(({ requestURI }) => !requestURI.includes("dryRun"));
  }

  async #remove(path: string): Promise<void> {
    await callApi(adminOf(this.cluster), "DELETE", path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.user.close();
    this.operator.close();
    await this.#stack.disposeAsync();
    await this.#remove(`/api/v1/namespaces/${this.namespace}`);
  }
}

/** An Event that somebody reports. */
export function eventOf(reportingController: string, namespace: string): unknown {
  return {
    metadata: { generateName: "e-", namespace },
    ...{ eventTime: "2026-01-01T00:00:00.000000Z", reportingController, reportingInstance: "x" },
    ...{ type: "Normal", reason: "Tried", action: "Try", note: "" },
    regarding: { kind: "ConfigMap", apiVersion: "v1", name: "x", namespace },
  };
}

/** The message with which the API server refuses; `undefined` if it does not. */
export async function refusalOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** How the account of a {@link RightsStage} is treated. */
export interface RightsStageOptions {
  readonly example: string;
  /** Which of the rights it does not get; it gets all by default. */
  readonly without?: OneRight;
  /** Whether its policy is applied. */
  readonly policy?: boolean;
  /** The client of the operator; that of the account by default. */
  readonly operator?: ClusterClient;
}

/** The stage of an example whose operator has exactly its rights, and installs its kinds itself. */
export class RightsStage extends Stage {
  readonly #fixture: RightsFixture;
  readonly #options: RightsStageOptions;
  readonly #kinds: DefinedResource[] = [];
  #isGranted = false;

  constructor(fixture: RightsFixture, options: RightsStageOptions) {
    const { user, namespace, logger } = fixture;
    super({ user, operator: options.operator ?? fixture.operator, namespace, logger, events: true, say: () => {} });
    this.#fixture = fixture;
    this.#options = options;
  }

  override install(...kinds: readonly DefinedResource[]): Promise<void> {
    this.#kinds.push(...kinds);
    return Promise.resolve();
  }

  override async serve(...controllers: readonly ControllerDefinition[]): Promise<void> {
    if (!this.#isGranted) await this.#grant(controllers);
    // What fails on purpose is tried again soon.
    const backoff = { base: "100ms", cap: "500ms" };
    await super.serve(...controllers.map((one) => ({ ...one, backoff }) as ControllerDefinition));
  }

  async #grant(controllers: readonly ControllerDefinition[]): Promise<void> {
    this.#isGranted = true;
    const { example, without, policy } = this.#options;
    const operator = operatorOf(example, controllers, this.#fixture.namespace);
    const rights = rightsOf(operator, { installCrds: true });
    await this.#fixture.grant(without ? leaving(rights, without) : rights);
    if (policy) await this.#fixture.applyPolicy(operator);
    for (const kind of this.#kinds) await installCrd(this.#fixture.operator, kind);
  }
}

function operatorOf(name: string, controllers: readonly ControllerDefinition[], namespace: string): ResolvedOperator {
  return resolveOperator(defineOperator({ name, controllers, events: true }), { namespaces: [namespace] });
}

/** The stage of an example that ends when it is known which rights the operator needs. */
export class RehearsalStage extends Stage {
  readonly #rights = Promise.withResolvers<Rights>();

  constructor({ user, operator, namespace }: RightsFixture) {
    super({ user, operator, namespace, say: () => {} });
  }

  /** The rights that the operator of a play needs. */
  async rightsIn(play: (stage: Stage) => Promise<unknown>): Promise<Rights> {
    play(this).catch((error) => this.#rights.reject(error));
    return await this.#rights.promise;
  }

  override serve(...controllers: readonly ControllerDefinition[]): Promise<void> {
    this.#rights.resolve(rightsOf(operatorOf("rehearsal", controllers, this.namespace)));
    return Promise.reject(new Error("the rehearsal is over"));
  }
}

/** All rights but one. */
export function leaving(rights: Rights, { where, rule, resource, verb }: OneRight): Rights {
  const rules = rights[where].flatMap((one) => {
    if (JSON.stringify(one) !== JSON.stringify(rule)) return [one];
    return one.resources.map((name) => ({
      ...one,
      resources: [name],
      verbs: one.verbs.filter((other) => name !== resource || other !== verb),
    }));
  });
  return { ...rights, [where]: rules.filter(({ verbs }) => verbs.length > 0) };
}

/** Each single right: each verb of each resource. */
export function eachRight(rights: Rights): OneRight[] {
  return (["cluster", "namespaced"] as const).flatMap((where) =>
    rights[where].flatMap((rule) =>
      rule.resources.flatMap((resource) => rule.verbs.map((verb) => ({ where, rule, resource, verb })))
    )
  );
}

/**
 * Loses the answer to the first write of each kind, so that the Runs that follow are in doubt; and before that, has two
 * writes of each refused in the same way, so that the same thing is reported again.
 */
export function losing(client: ClusterClient): ClusterClient {
  const writes = new Map<string, number>();
  const performRequest = async (options: RequestOptions): Promise<unknown> => {
    const plural = pluralIn(options.path ?? "");
    const count = options.method === "GET" || plural === "events" ? Infinity : writes.get(plural) ?? 0;
    if (count < 2) {
      writes.set(plural, count + 1);
      throw Object.assign(new Error("no leader"), { httpCode: 500, status: { code: 500, message: "no leader" } });
    }
    const answer = await client.performRequest(options as never);
    if (count !== 2) return answer;
    writes.set(plural, count + 1);
    throw broken();
  };
  const { server, source } = client;
  return { performRequest, sendsOnce: true, server, source } as unknown as ClusterClient;
}

/** The plural name of the kind in a path. */
function pluralIn(path: string): string {
  return path.replace(/^\/(api|apis\/[^/]+)\/[^/]+\//, "").replace(/^namespaces\/[^/]+\//, "").split("/")[0]!;
}
