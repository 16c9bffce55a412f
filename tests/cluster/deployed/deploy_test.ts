/** What happens to a Pod in the life of a cluster, and that its operator loses nothing by it and does nothing twice. */

import { assert, assertEquals } from "@std/assert";
import { Deployment } from "@staircase/operator/kinds";
import { Foo } from "../../../examples/simple.ts";
import { callApi } from "../api.ts";
import { type AuditEvent, eventually } from "../cluster.ts";
import { succeed } from "../deployed_files.ts";
import { DeployedOperator, deployTest } from "./deployed_operator.ts";
import { WISHES } from "./wishes.ts";

const SIMPLE = WISHES.find(({ name }) => name === "simple")!;

/** How long the operator may take for all that is wanted of it, in milliseconds. */
const WITHIN = 60_000;

/** How soon it has ended after SIGTERM with nothing under way, in milliseconds: far within a Pod's 30 s. */
const SOON = 5_000;

deployTest(
  "a token that rotates, a rollout, an eviction, a mistyped image and a kill: no Foo is lost, nothing is done twice, nothing is refused",
  async (cluster) => {
    await using deployed = await DeployedOperator.deploy(cluster, SIMPLE);
    await removeEarly(deployed);
    const { user, own, admin, wishes: { name } } = deployed;
    const foos = new Foos(deployed);
    await foos.want(5);
    await foos.areReady();

    const before = await credentials(deployed);
    await deployed.pod.rotate();
    await foos.want(5);
    await foos.areReady();
    const after = (await credentials(deployed)).slice(before.length);
    // A watch keeps the token that it began with, and is a request that began before.
    assertEquals(new Set(after.filter(({ verb }) => verb !== "watch").map(({ id }) => id)).size, 1, deployed.log);
    assert(after.at(-1)!.id !== before[0]!.id, "the new token is used");

    const first = deployed.pod;
    await foos.during(10, async () => {
      await succeed(cluster, "kubectl", ["rollout", "restart", `deployment/${name}`, "--namespace", own]);
      await succeed(cluster, "kubectl", [
        "rollout",
        "status",
        `deployment/${name}`,
        "--namespace",
        own,
        "--timeout=60s",
      ]);
    });
    await foos.areReady();
    assertEquals(first.code, 0, deployed.log);
    assert(first.endedAfter! < SOON, `${first.endedAfter}`);

    const second = deployed.pod;
    assert(second !== first);
    await foos.during(10, async () => {
      const { metadata } = second.pod;
      await callApi(admin, "POST", `/api/v1/namespaces/${own}/pods/${metadata.name}/eviction`, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: metadata.name, namespace: own },
      });
      await eventually(() => second.code !== undefined && deployed.pod !== second, { within: WITHIN });
      await deployed.available();
    });
    await foos.areReady();
    assertEquals(second.code, 0, deployed.log);

    await foos.during(5, async () => {
      const set = ["set", "image", `deployment/${name}`, "--namespace", own];
      await succeed(cluster, "kubectl", [...set, "operator=registry.example/operator:mistyped"]);
      await eventually(() => deployed.pod.code === 0, { within: WITHIN });
      await succeed(cluster, "kubectl", ["rollout", "undo", `deployment/${name}`, "--namespace", own]);
      await deployed.available();
    });
    await foos.areReady();

    const third = deployed.pod;
    await foos.during(10, async () => {
      await third.container.kill("SIGKILL");
      await eventually(() => third.restarts === 1, { within: WITHIN });
    });
    await foos.areReady();

    await foos.remove();
    await eventually(async () => {
      // Secrets are collected as garbage: for a new kind, a cluster may take a minute for that.
      const left = await Promise.all([user.list(Foo), user.list(Deployment)]);
      return left.every((list) => list.length === 0);
    }, { within: WITHIN });
    // And the early one.
    assertOnce(await deployed.requests(), foos.count + 1, deployed.log);
  },
);

async function removeEarly({ user, users, wishes }: DeployedOperator): Promise<void> {
  const { kind, draft: { metadata: { name } } } = wishes.early(users);
  await eventually(async () => (await user.get(Foo, name))?.status?.ready === 1, { within: WITHIN });
  await user.delete(kind, name);
  await user.waitUntilGone(kind, name);
}

/** The Foos that users want. */
class Foos {
  count = 0;
  readonly #user: DeployedOperator["user"];
  constructor({ user }: DeployedOperator) {
    this.#user = user;
  }

  async want(more: number): Promise<void> {
    for (let left = more; left > 0; left--) {
      await this.#user.create(Foo, { metadata: { name: `foo-${this.count++}` }, spec: {} });
    }
  }

  /** Wants more while something happens. */
  async during(more: number, happen: () => Promise<unknown>): Promise<void> {
    await Promise.all([this.want(more), happen()]);
  }

  async areReady(): Promise<void> {
    await eventually(async () => {
      const ready = (await this.#user.list(Foo)).filter(({ status }) => status?.ready === 1);
      return ready.length === this.count;
    }, { within: WITHIN });
  }

  async remove(): Promise<void> {
    for (let at = 0; at < this.count; at++) await this.#user.delete(Foo, `foo-${at}`);
  }
}

/** With which credential each request was made, in the order of their ends. */
async function credentials(deployed: DeployedOperator): Promise<{ id: string; verb: string }[]> {
  return (await deployed.requests()).map((event) => {
    const { extra } = event.user as AuditEvent["user"] & { extra?: Record<string, string[]> };
    return { id: extra?.["authentication.kubernetes.io/credential-id"]?.[0] ?? "", verb: event.verb };
  });
}

/** Each Foo has led to one Secret and one Deployment, and no request was refused. */
function assertOnce(requests: readonly AuditEvent[], count: number, log: string): void {
  const refused = requests.filter(({ responseStatus }) => responseStatus!.code! >= 400);
  const told = refused.map(({ verb, requestURI, responseStatus }) => `${verb} ${requestURI} ${responseStatus!.code}`);
  assertEquals(told, [], log);
  for (const resource of ["secrets", "deployments"]) {
    const made = requests.filter(({ verb, objectRef }) => verb === "create" && objectRef?.resource === resource);
    assertEquals(made.length, count, `${resource}\n${log}`);
  }
  const removed = requests.filter(({ verb, objectRef }) => verb === "delete" && objectRef?.resource === "deployments");
  assertEquals(removed.length, count, log);
}
