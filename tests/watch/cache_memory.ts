/** Prints what a cache of twenty thousand objects takes, in bytes: run in a process of its own, with `--expose-gc`. */

import type { KubeObject } from "../../lib/model/mod.ts";
import { ObjectCache } from "../../lib/watch/mod.ts";

const OBJECTS = 20_000;
const PAGE = 500;

/** An object as a page of a list has it: made of text, with the bookkeeping of who wrote it. */
function listed(index: number): string {
  const fields = { "f:metadata": { "f:labels": { "f:app": {} } }, "f:data": { ".": {}, "f:key": {} } };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `settings-${index}`,
      namespace: `namespace-${index % 10}`,
      uid: crypto.randomUUID(),
      resourceVersion: String(1_000_000 + index),
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { app: "web", tier: "front" },
      managedFields: [{
        manager: "kubectl",
        operation: "Update",
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: fields,
      }],
    },
    data: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`key-${at}`, `value ${at} of ${index}`])),
  });
}

function used(): number {
  const { gc } = globalThis as unknown as { gc: () => void };
  gc();
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const cache = new ObjectCache<KubeObject>({ parsed: 512 });
const before = used();
cache.apply({ type: "init" });
for (let start = 0; start < OBJECTS; start += PAGE) {
  const objects = Array.from({ length: PAGE }, (_, at) => JSON.parse(listed(start + at)) as KubeObject);
  cache.apply({ type: "page", objects });
}
cache.apply({ type: "synced", resourceVersion: "2000000" });
const after = used();
const sizes = { perObject: (after - before) / cache.size, perText: cache.held.textBytes / cache.size };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(sizes)));
