/** Checks that an operator has done exactly its work: every ConfigMap and status is as the workload demands. */

import { assert, assertEquals } from "@std/assert";
import type { Api } from "../api.ts";
import { CONFIG_MAPS, STAIRS } from "../workload.ts";

interface Listed {
  metadata: { name: string; uid: string; generation?: number; ownerReferences?: { uid: string }[] };
  status?: { ready?: boolean; observedGeneration?: number };
  data?: Record<string, string>;
}

/** @throws {AssertionError} If anything is missing, wrong or superfluous. */
export async function checkConverged(api: Api, count: number, steps: number): Promise<void> {
  const stairs = await list(api, STAIRS);
  const maps = await list(api, CONFIG_MAPS);
  assertEquals([stairs.size, maps.size], [count, count * steps], "numbers of Stairs and ConfigMaps");
  for (const [name, { metadata: { uid, generation }, status }] of stairs) {
    assertEquals([status?.ready, status?.observedGeneration], [true, generation], `status of ${name}`);
    for (let i = 0; i < steps; i++) {
      const map = maps.get(`${name}-${i}`);
      assert(map, `${name}-${i} is missing`);
      assertEquals(map.data, { i: `${i}` });
      assertEquals(map.metadata.ownerReferences?.map((owner) => owner.uid), [uid]);
    }
  }
}

async function list(api: Api, path: string): Promise<Map<string, Listed>> {
  const { items } = await api.json<{ items: Listed[] }>("GET", path);
  return new Map(items.map((item) => [item.metadata.name, item]));
}
