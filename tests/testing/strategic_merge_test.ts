/** Strategic merge patches, by what the kinds themselves say of their lists. */

import { assertEquals, assertThrows } from "@std/assert";
import { goStruct } from "../../lib/testing/server/types/go_type.ts";
import type { Fields } from "../../lib/testing/server/values/json.ts";
import { StatusError } from "../../lib/testing/server/values/status.ts";
import { applyStrategicMerge } from "../../lib/testing/server/patch/strategic_merge.ts";

const POD = goStruct("PodSpec")!;
const patched = (target: Fields, patch: Fields) => applyStrategicMerge(target, patch, POD);

Deno.test("a strategic merge patch replaces lists that have no key", () => {
  assertEquals(patched({ tolerations: [{ key: "a" }] }, { tolerations: [{ key: "b" }] }), {
    tolerations: [{ key: "b" }],
  });
});

Deno.test("a strategic merge patch merges items by the key that the kind gives", () => {
  const target = { containers: [{ name: "a", image: "1" }, { name: "b", image: "1" }] };
  assertEquals(patched(target, { containers: [{ name: "b", image: "2" }] }), {
    containers: [{ name: "a", image: "1" }, { name: "b", image: "2" }],
  });
});

Deno.test("a strategic merge patch keeps the order that is asked for", () => {
  const patch = { "$setElementOrder/volumes": [{ name: "b" }, { name: "a" }], volumes: [{ name: "a", emptyDir: {} }] };
  assertEquals(patched({ volumes: [{ name: "a" }, { name: "b" }] }, patch), {
    volumes: [{ name: "b" }, { name: "a", emptyDir: {} }],
  });
});

Deno.test("the items of a strategic merge patch must come in the order that it asks for", () => {
  const patch = { "$setElementOrder/volumes": [{ name: "b" }], volumes: [{ name: "a" }] };
  assertThrows(() => patched({ volumes: [{ name: "b" }] }, patch), StatusError, "doesn't match $setElementOrder");
});

Deno.test("a strategic merge patch keeps only the keys that are retained, and sets no others", () => {
  const target = { securityContext: { runAsUser: 1, runAsGroup: 2 } };
  assertEquals(patched(target, { securityContext: { $retainKeys: ["runAsGroup"] } }), {
    securityContext: { runAsGroup: 2 },
  });
  const stray = { securityContext: { $retainKeys: ["runAsGroup"], runAsUser: 3 } };
  assertThrows(() => patched(target, stray), StatusError, "invalid patch format of retainKeys");
});

Deno.test("a strategic merge patch replaces or empties what it marks, but takes nothing that is not there with a mark", () => {
  const target = { nodeSelector: { a: "1" }, affinity: { nodeAffinity: {} } };
  assertEquals(patched(target, { nodeSelector: { $patch: "replace", b: "2" }, affinity: { $patch: "delete" } }), {
    nodeSelector: { b: "2" },
    affinity: {},
  });
  assertEquals(patched({}, { nodeSelector: { $patch: "replace", b: "2" } }), {});
});

Deno.test("a strategic merge patch replaces a list, and deletes items of one", () => {
  const target = { containers: [{ name: "a" }, { name: "b" }] };
  assertEquals(patched(target, { containers: [{ $patch: "replace" }, { name: "c" }] }), {
    containers: [{ name: "c" }],
  });
  assertEquals(patched(target, { containers: [{ name: "a", $patch: "delete" }] }), { containers: [{ name: "b" }] });
  assertThrows(
    () => patched(target, { containers: [{ image: "x" }] }),
    StatusError,
    "does not contain declared merge key",
  );
});

Deno.test("a strategic merge patch reads names that every object has as names", () => {
  const patch = JSON.parse('{"nodeSelector":{"constructor":"a","__proto__":"b"}}');
  const { nodeSelector } = patched({ nodeSelector: {} }, patch);
  assertEquals(JSON.stringify(nodeSelector), '{"constructor":"a","__proto__":"b"}');
});
