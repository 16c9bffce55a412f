/** The one node of the control plane; kwok plays its kubelet. */

import { type ClusterClient, isAlreadyExists, toApiError } from "../../kube/mod.ts";

const NAME = "fake-node";
const [MARK, MARK_VALUE] = ["kwok.x-k8s.io/node", "fake"];

/** What kwok knows its node by, as its selector has it. */
export const FAKE_NODE_MARK = `${MARK}=${MARK_VALUE}`;

/** Creates the node, if it is not there. */
export async function createFakeNode(client: ClusterClient): Promise<void> {
  const bodyJson = {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: NAME,
      annotations: { [MARK]: MARK_VALUE },
      labels: {
        "kubernetes.io/hostname": NAME,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
    },
  };
  try {
    await client.performRequest({ method: "POST", path: "/api/v1/nodes", bodyJson });
  } catch (error) {
    if (!isAlreadyExists(toApiError(error))) throw error;
  }
}

/**
 * True when pods can be scheduled: kwok has made the node ready, and the controller manager, which
 * has no health port, has seen that and taken the taint away.
 */
export async function isFakeNodeReady(client: ClusterClient, abortSignal: AbortSignal): Promise<boolean> {
  const path = `/api/v1/nodes/${NAME}`;
  const node = await client.performRequest({ method: "GET", path, expectJson: true, abortSignal }) as unknown as Node;
  const isReady = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return isReady === true && (node.spec?.taints ?? []).length === 0;
}

interface Node {
  spec?: { taints?: unknown[] };
  status?: { conditions?: { type: string; status: string }[] };
}
