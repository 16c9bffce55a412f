import { assertEquals } from "@std/assert";
import {
  allOf,
  annotationsChanged,
  anyOf,
  deletionRequested,
  generationChanged,
  labelsChanged,
  not,
} from "../../lib/watch/mod.ts";
import { secret } from "./fixture.ts";

const before = secret("a", 5, { generation: 1, labels: { app: "web" }, annotations: { note: "x" } });
const changed = (more: Record<string, unknown>) => ({
  before,
  after: secret("a", 6, { generation: 1, labels: { app: "web" }, annotations: { note: "x" }, ...more }),
});

Deno.test("a change of the generation passes, a change of anything else does not", () => {
  assertEquals(generationChanged(changed({ generation: 2 })), true);
  assertEquals(generationChanged(changed({ labels: {}, annotations: {}, finalizers: ["x"] })), false);
});

Deno.test("an object that is new, gone or replaced passes as a change of the generation", () => {
  assertEquals(generationChanged({ after: before }), true);
  assertEquals(generationChanged({ before }), true);
  assertEquals(generationChanged(changed({ uid: "new" })), true);
});

Deno.test("for a kind without generations every new version passes as a change of the generation", () => {
  assertEquals(generationChanged({ before: secret("a", 5), after: secret("a", 6) }), true);
  assertEquals(generationChanged({ before: secret("a", 5), after: secret("a", 5) }), false);
});

Deno.test("labels and annotations are compared by value", () => {
  assertEquals(labelsChanged(changed({})), false);
  assertEquals(labelsChanged(changed({ labels: { app: "db" } })), true);
  assertEquals(labelsChanged(changed({ labels: { app: "web", tier: "a" } })), true);
  assertEquals(labelsChanged(changed({ labels: undefined })), true);
  assertEquals(annotationsChanged(changed({})), false);
  assertEquals(annotationsChanged(changed({ annotations: { note: "y" } })), true);
});

Deno.test("a request for deletion passes once", () => {
  const deletionTimestamp = "2024-01-01T00:00:00Z";
  const deleting = secret("a", 6, { deletionTimestamp });
  assertEquals(deletionRequested({ before: secret("a", 5), after: deleting }), true);
  assertEquals(deletionRequested({ after: deleting }), true);
  assertEquals(deletionRequested({ before: deleting, after: secret("a", 7, { deletionTimestamp }) }), false);
  assertEquals(deletionRequested({ before: deleting }), false);
});

Deno.test("predicates combine", () => {
  const change = changed({ labels: {} });
  assertEquals(anyOf(generationChanged, labelsChanged)(change), true);
  assertEquals(allOf(generationChanged, labelsChanged)(change), false);
  assertEquals(not(generationChanged)(change), true);
});
