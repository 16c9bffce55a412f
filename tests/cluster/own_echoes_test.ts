/** On a real API server a watch tells of a write before its answer comes: that is no reason for the Run that wrote to hurry. */

import { assert } from "@std/assert";
import {
  type ClusterClient,
  connect,
  defineResource,
  defineSteps,
  installCrd,
  patch,
  serveController,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { MODIFIED_IN_A_ROW } from "../../lib/run/mod.ts";
import { sleep } from "../../lib/time/mod.ts";
import { callApi } from "./api.ts";
import { eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

/** Answers to writes come this much later, in milliseconds. */
const LATER = 25;

function withLateAnswers(client: ClusterClient): ClusterClient {
  const performRequest = async (options: Parameters<ClusterClient["performRequest"]>[0]): Promise<unknown> => {
    const answer: unknown = await client.performRequest(options as never);
    if (options.method === "PATCH") await sleep(systemClock, LATER);
    return answer;
  };
  return { ...client, performRequest: performRequest as ClusterClient["performRequest"] };
}

clusterTest(
  "what writes its own spec without end is slowed down to once a second, though each watch event is before its answer",
  async (cluster) => {
    const group = `t${crypto.randomUUID().slice(0, 8)}.example.dev`;
    const spec = jsonSchema<{ turn: number }>({ type: "object", properties: { turn: { type: "integer" } } });
    const Thing = defineResource({ group, version: "v1", kind: "Thing", scope: "Namespaced", spec });
    using admin = await connect({ kubeconfig: cluster.kubeconfig });
    await installCrd(admin, Thing);
    const steps = defineSteps(Thing)
      .change("turn", ({ object }) => patch(Thing, object, { merge: { spec: { turn: object.spec.turn + 1 } } }));
    const triggers: string[] = [];
    const controller = await serveController({
      resource: Thing,
      steps,
      namespace: "default",
      writes: [Thing],
      client: withLateAnswers(admin),
      onRun: ({ trigger }) => void triggers.push(trigger),
      handleSignals: false,
    });
    await controller.ready;
    const path = `/apis/${group}/v1/namespaces/default/things`;
    const body = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "a" }, spec: { turn: 0 } };
    await callApi(adminOf(cluster), "POST", path, body);
    await eventually(() => triggers.length >= MODIFIED_IN_A_ROW, { within: 60_000 });
    await sleep(systemClock, 5_000);
    const runs = triggers.length - MODIFIED_IN_A_ROW;
    await controller.shutdown();
    await callApi(adminOf(cluster), "DELETE", `${path}/a`);
    assert(runs >= 2 && runs <= 6, `${runs} Runs in five seconds`);
  },
);
