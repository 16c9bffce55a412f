/** Connections to a real API server that die without a word, as when a NAT has forgotten them or a node is gone. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Informer } from "../../lib/watch/mod.ts";
import { callApi } from "./api.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { startFaultProxy } from "./faults/mod.ts";
import { adminOf } from "./simple_fixture.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

/** The jitter of the backoff at its mean: drawn near its bound of 0.8 s, it leaves the second below no time for anything else. */
const random = { next: () => 0.5 };

/** Shorter than by default, so that a test need not wait: silence is told by this and 10 seconds. */
const SECONDS = 4;

async function putMap(cluster: Cluster): Promise<string> {
  const name = `m-${crypto.randomUUID()}`;
  await callApi(adminOf(cluster), "POST", MAPS, { metadata: { name } });
  return `default/${name}`;
}

clusterTest(
  "connections that a NAT has forgotten are noticed by their silence, and what they did not bring is learnt",
  async (cluster) => {
    await using proxy = await startFaultProxy(cluster);
    using client = await connect({ kubeconfig: proxy.kubeconfig });
    const stop = new AbortController();
    const states: string[] = [];
    const informer = new Informer({
      ...{ client, kind: ConfigMap, namespace: "default", clock: systemClock, random, onError() {} },
      ...{ timeoutSeconds: [SECONDS, SECONDS] as const, onState: ({ type }) => void states.push(type) },
    });
    informer.start(stop.signal);
    await informer.synced;
    // The API server ends a watch in time, and the next goes on: that is no trouble.
    await eventually(() => states.filter((state) => state === "watching").length >= 2, { within: 10_000 });
    assertEquals(states.includes("backing-off"), false);
    proxy.gate.forget();
    const forgotten = Date.now();
    const key = await putMap(cluster);
    await eventually(() => informer.cache.get(key), { within: 30_000 });
    const took = Date.now() - forgotten;
    assert(took <= (SECONDS + 11) * 1_000, `${took} ms`);
    assert(states.includes("backing-off"));
    stop.abort();
    await informer.finished;
  },
);
