/** The stand-in for the controllers of Deployments. */

import { assertEquals } from "@std/assert";
import { deploymentStandIn, EmbeddedCluster, VirtualClock } from "../../lib/testing/mod.ts";
import { Api } from "../conformance/api.ts";
import { deployment } from "../conformance/cases/updating.ts";

const PATH = "/apis/apps/v1/namespaces/default/deployments";

Deno.test("a Deployment is ready some time after it was made, and again after each change", async () => {
  const clock = new VirtualClock();
  using cluster = new EmbeddedCluster({ clock });
  const api = new Api(cluster);
  await using _standIn = deploymentStandIn(cluster, { clock, readyAfter: 5_000 });
  await api.create(PATH, deployment("a", { replicas: 2 }));
  await clock.advance(4_999);
  assertEquals((await api.get(`${PATH}/a`)).status, {});
  await clock.advance(1);
  const { status } = await api.get(`${PATH}/a`);
  assertEquals([status.readyReplicas, status.observedGeneration], [2, 1]);
  assertEquals(status.conditions.map(({ type, status }: { type: string; status: string }) => `${type}=${status}`), [
    "Available=True",
    "Progressing=True",
  ]);
  await api.patch(`${PATH}/a`, "merge", { spec: { replicas: 3 } });
  await clock.advance(5_000);
  assertEquals((await api.get(`${PATH}/a`)).status.readyReplicas, 3);
});

Deno.test("the stand-in goes on after its watch was cut, and forgets what is deleted", async () => {
  const clock = new VirtualClock();
  using cluster = new EmbeddedCluster({ clock });
  const api = new Api(cluster);
  await using _standIn = deploymentStandIn(cluster, { clock });
  await clock.settle();
  cluster.watches.cut();
  await clock.settle();
  await api.create(PATH, deployment("a"));
  await api.create(PATH, deployment("b"));
  await clock.advance(500);
  await api.delete(`${PATH}/b`);
  await clock.advance(500);
  const { items } = await api.get(PATH);
  assertEquals(items.map((item: { status: { readyReplicas: number } }) => item.status.readyReplicas), [1]);
});
