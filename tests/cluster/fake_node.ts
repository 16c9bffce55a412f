/** The one node of the cluster; kwok plays its kubelet. */

import { type ApiTarget, callApi, createIfMissing } from "./api.ts";

const NAME = "fake-node";

/** Creates the node, if it is not there. */
export async function createFakeNode(target: ApiTarget): Promise<void> {
  await createIfMissing(target, "/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: NAME,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": NAME,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
    },
  });
}

/**
 * True when pods can be scheduled: kwok has made the node ready, and the controller manager, which
 * has no health port, has seen that and taken the taint away.
 */
export async function isFakeNodeReady(target: ApiTarget): Promise<boolean> {
  const node = await callApi<Node>(target, "GET", `/api/v1/nodes/${NAME}`);
  const isReady = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return isReady === true && (node.spec?.taints ?? []).length === 0;
}

interface Node {
  spec?: { taints?: unknown[] };
  status?: { conditions?: { type: string; status: string }[] };
}
