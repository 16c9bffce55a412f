import { assertEquals } from "@std/assert";
import { Namespace } from "../../lib/kube/kinds/mod.ts";
import { outcomeOf } from "../../lib/kube/write/write_outcome.ts";
import { patch, remove } from "../../lib/steps/mod.ts";
import type { ObjectOperation } from "../../lib/kube/write/declared_writes.ts";

const metadata = { name: "a", uid: "1", resourceVersion: "5", creationTimestamp: "" };
const deletionTimestamp = "2024-01-01T00:00:00Z";

/** A namespace, as the API server answers it. */
const namespace = (finalizers: string[], more: object = { deletionTimestamp }) =>
  ({
    ...{ apiVersion: "v1", kind: "Namespace" },
    ...{ metadata: { ...metadata, ...more }, spec: { finalizers }, status: { phase: "Terminating" } },
  }) as Namespace;

Deno.test("a namespace that is being emptied is not gone, whatever is written of it", () => {
  const alive = namespace(["kubernetes"], {});
  const writes = [remove(Namespace, alive), patch(Namespace, alive, { merge: { metadata: { labels: { a: "b" } } } })];
  for (const { operation } of writes) {
    const answered = (answer: Namespace) => outcomeOf(operation as ObjectOperation, answer).type;
    assertEquals(answered(namespace(["kubernetes"])), "stored");
    assertEquals(answered(namespace([], { deletionTimestamp, finalizers: ["a.b/c"] })), "stored");
    assertEquals(answered(namespace([], { deletionTimestamp, deletionGracePeriodSeconds: 30 })), "stored");
    assertEquals(answered(namespace([])), "gone");
  }
});
