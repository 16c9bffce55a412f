/** The Secrets of `foreign`: those that the Stairs own, and very many that belong to nobody here. */

import { eventually } from "../../tests/cluster/eventually.ts";
import type { Api } from "./api.ts";
import { NAMESPACE, stairName, STAIRS } from "./workload.ts";

/** How many there are. */
export interface ForeignSecrets {
  /** Owned by one Stair each, as the operators would have made them. */
  owned: number;
  /** Small ones of nobody. */
  small: number;
  /** Large ones of nobody. */
  large: number;
}

interface StairList {
  items: { metadata: { name: string; uid: string } }[];
}

/** Bytes of data of a small Secret, before base64, as the API server counts them; owned ones are small. */
const SMALL = 3 * 1024;
/** Bytes of data of a large one: with its base64 it is as much as a client may usually send. */
const LARGE = 480 * 1024;
/** The namespaces of those of nobody. Names put the large ones of each side by side, as in a list they are. */
const NAMESPACES = 10;
/** Connections that create at the same time. */
const SEEDERS = 8;

/** Creates them. The Stairs must be there. */
export async function fillWithSecrets(api: Api, { owned, small, large }: ForeignSecrets): Promise<void> {
  // Just after its definition was changed, the kind may be told to be coming.
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

/** Secrets are no text that compresses well. */
function randomBase64(bytes: number): string {
  const random = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(random.subarray(at, at + 65_536));
  return random.toBase64();
}
