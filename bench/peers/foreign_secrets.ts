/** The Secrets of the scenario `foreign`: those that the Stairs own, and very many without an owner. */

import { eventually } from "../../tests/cluster/eventually.ts";
import type { Api } from "./api.ts";
import { NAMESPACE, stairName, STAIRS } from "./workload.ts";

/** How many Secrets to create. */
export interface ForeignSecrets {
  /** Owned by one Stair each, as the operators would have created them. */
  owned: number;
  /** Small ones without an owner. */
  small: number;
  /** Large ones without an owner. */
  large: number;
}

interface StairList {
  items: { metadata: { name: string; uid: string } }[];
}

/** Data of a small Secret in bytes, before base64, as the API server counts them. Owned ones are small. */
const SMALL = 3 * 1024;
/** Data of a large Secret in bytes: with base64, about as much as a client may send. */
const LARGE = 480 * 1024;
/** The namespaces of Secrets without an owner. Their names put large ones next to each other in a list. */
const NAMESPACES = 10;
/** Connections that create in parallel. */
const SEEDERS = 8;

/** Creates the Secrets. The Stairs must exist. */
export async function fillWithSecrets(api: Api, { owned, small, large }: ForeignSecrets): Promise<void> {
  // Right after its definition changed, the kind may be unavailable for a moment.
  const { items } = await eventually(() => api.json<StairList>("GET", STAIRS), { within: 60_000 });
  const uids = new Map(items.map(({ metadata: { name, uid } }) => [name, uid]));
  for (let i = 0; i < NAMESPACES; i++) {
    await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: foreignNamespace(i) } } });
  }
  const [smallData, largeData] = [SMALL, LARGE].map(randomBase64);
  await inParallel(owned, (i) => {
    const name = stairName(i);
    const owner = { apiVersion: "bench.staircase.dev/v1", kind: "Stair", name, uid: uids.get(name), controller: true };
    return create(api, NAMESPACE, { name: `${name}-0`, ownerReferences: [owner] }, smallData!);
  });
  await inParallel(small, (i) => create(api, foreignNamespace(i), { name: `foreign-${i}` }, smallData!));
  await inParallel(large, (i) => create(api, foreignNamespace(i), { name: `large-${i}` }, largeData!));
}

async function create(api: Api, namespace: string, metadata: object, value: string): Promise<void> {
  await api.send("POST", `/api/v1/namespaces/${namespace}/secrets`, { body: { metadata, data: { value } } });
}

function foreignNamespace(index: number): string {
  return `foreign-${index % NAMESPACES}`;
}

async function inParallel(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: SEEDERS }, worker));
}

/** Secrets do not compress well. */
function randomBase64(bytes: number): string {
  const random = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(random.subarray(at, at + 65_536));
  return random.toBase64();
}
