/** Label selectors as the real API server takes them, compared with how they are taken here and by the embedded cluster. */

import type { RestClient } from "@cloudydeno/kubernetes-client";
import { connect } from "../../mod.ts";
import { EmbeddedCluster, seededRandom } from "../../lib/testing/mod.ts";
import { matchesSelector, parseSelector, SelectorError } from "../../lib/model/mod.ts";
import { OBJECTS, randomSelector, TABLE } from "../model/selector_cases.ts";
import { clusterTest } from "./cluster_test_case.ts";

/** How many random selectors are tried. */
const RANDOM = 4_000;
/** How many are asked for at a time. */
const AT_A_TIME = 8;

clusterTest(
  "a few thousand selectors mean here, and in the embedded cluster, what they mean to the API server",
  async (cluster) => {
    const namespace = `selectors-${crypto.randomUUID().slice(0, 8)}`;
    using real = await connect({ kubeconfig: cluster.kubeconfig });
    const embedded = new EmbeddedCluster();
    await fill(real, namespace);
    await fill(embedded, namespace);
    const random = seededRandom(20_261_127);
    const selectors = [
      ...TABLE.map(([selector]) => selector),
      ...Array.from({ length: RANDOM }, () => randomSelector(random)),
    ];
    const differences: string[] = [];
    const work = async () => {
      for (let selector = selectors.pop(); selector !== undefined; selector = selectors.pop()) {
        const wanted = await ask(real, namespace, selector);
        const found = { here: understand(selector), embedded: await ask(embedded, namespace, selector) };
        for (const [where, verdict] of Object.entries(found)) {
          if (verdict !== wanted) {
            differences.push(
              `${JSON.stringify(selector)} ${where}: ${verdict}\n  real: ${wanted}`,
            );
          }
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
    } finally {
      await real.performRequest({ method: "DELETE", path: `/api/v1/namespaces/${namespace}` });
    }
    if (differences.length === 0) return;
    throw new Error(`${differences.length} selectors differ:\n${differences.slice(0, 20).join("\n")}`);
  },
);

async function fill(client: RestClient | EmbeddedCluster, namespace: string): Promise<void> {
  const create = (path: string, metadata: unknown) =>
    client.performRequest({ method: "POST", path, bodyJson: { metadata } as never });
  await create("/api/v1/namespaces", { name: namespace }).catch(() => {});
  for (const [name, labels] of Object.entries(OBJECTS)) {
    await create(`/api/v1/namespaces/${namespace}/configmaps`, { name, labels });
  }
}

/** The names that are selected, or the words of the refusal. */
async function ask(client: RestClient | EmbeddedCluster, namespace: string, selector: string): Promise<string> {
  try {
    const bytes = await client.performRequest({
      method: "GET",
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      querystring: new URLSearchParams({ labelSelector: selector }),
      accept: "application/json",
    });
    const { items } = JSON.parse(new TextDecoder().decode(bytes as Uint8Array)) as { items: Item[] };
    return items.map(({ metadata }) => metadata.name).filter((name) => Object.hasOwn(OBJECTS, name)).sort().join(" ");
  } catch (error) {
    const { status } = error as { status?: { code?: number; message?: string } };
    if (status?.code !== 400) throw error;
    return `refused: ${status.message}`;
  }
}

interface Item {
  readonly metadata: { readonly name: string };
}

function understand(selector: string): string {
  try {
    const conditions = parseSelector(selector);
    return Object.keys(OBJECTS).filter((name) => matchesSelector(OBJECTS[name], conditions)).sort().join(" ");
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return `refused: ${error.reason}`;
  }
}
