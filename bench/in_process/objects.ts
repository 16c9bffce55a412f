/** The objects of the benches: custom objects of one KiB, as an API server sends them. */

import { type CustomObject, kindOf, type ResourceKind } from "../../lib/model/mod.ts";

/** The objects of the benches. */
export type Stair = CustomObject<{ steps: number; payload: string }, { ready: boolean; observedGeneration: number }>;

/** The kind of the objects. */
export const Stair: ResourceKind<Stair> = kindOf<Stair>({
  group: "bench.staircase.dev",
  version: "v1",
  kind: "Stair",
  plural: "stairs",
});

/** How many characters only serve to make an object larger. */
const PAYLOAD = 1024;

/** A stored object, with managed fields, which are a third of it. */
export function stair(at: number, resourceVersion: number): Stair {
  const fields = (path: string) => ({ [`f:${path}`]: { ".": {}, "f:steps": {}, "f:payload": {}, "f:ready": {} } });
  const managed = (manager: string, subresource: string, path: string) => ({
    ...{ manager, operation: "Update", apiVersion: "bench.staircase.dev/v1", time: "2026-01-01T00:00:00Z" },
    ...{ fieldsType: "FieldsV1", fieldsV1: fields(path), subresource },
  });
  // Sorted by name, as the API server sends the fields of custom objects.
  const metadata = {
    annotations: { "bench.staircase.dev/owner": "somebody" },
    creationTimestamp: "2026-01-01T00:00:00Z",
    generation: 1,
    labels: { app: "bench", "bench.staircase.dev/shard": String(at % 16) },
    managedFields: [managed("kubectl-create", "", "spec"), managed("bench-operator", "status", "status")],
    name: `stair-${at}`,
    namespace: `namespace-${at % 10}`,
    resourceVersion: String(resourceVersion),
    uid: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
  };
  return {
    apiVersion: "bench.staircase.dev/v1",
    kind: "Stair",
    metadata,
    spec: { steps: 3, payload: "x".repeat(PAYLOAD) },
    status: { ready: true, observedGeneration: 1 },
  };
}

/** Events of a watch, as lines of the API server: the objects change in turn. */
export function modifiedLines(events: number, objects: number): string[] {
  const line = (at: number) => JSON.stringify({ type: "MODIFIED", object: stair(at % objects, objects + 1 + at) });
  return Array.from({ length: events }, (_, at) => line(at));
}

/** Groups lines into network reads. */
export function inChunks(lines: readonly string[], perChunk: number): Uint8Array<ArrayBuffer>[] {
  const encoder = new TextEncoder();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < lines.length; at += perChunk) {
    chunks.push(encoder.encode(`${lines.slice(at, at + perChunk).join("\n")}\n`));
  }
  return chunks;
}

export function listAnswer(objects: number): Uint8Array {
  const items = Array.from({ length: objects }, (_, at) => stair(at, at + 1));
  const metadata = { resourceVersion: String(objects) };
  return new TextEncoder().encode(
    JSON.stringify({ apiVersion: "bench.staircase.dev/v1", kind: "StairList", metadata, items }),
  );
}
