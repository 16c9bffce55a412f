import { assert, assertEquals, assertFalse } from "@std/assert";
import { findDifferences } from "../../lib/components/differences.ts";
import { quantityEquals } from "../../lib/components/quantity.ts";

const paths = (applied: unknown, stored: unknown, builtin = true) =>
  findDifferences(applied, stored, builtin).map(({ path }) => path);

Deno.test("quantities are compared by value", () => {
  for (
    const [a, b] of [["1000m", "1"], ["0.1", "100m"], ["1024Mi", "1Gi"], ["1.5Gi", "1536Mi"], ["1e3", "1k"], [1, "1"]]
  ) {
    assert(quantityEquals(a, b), `${a} ${b}`);
  }
  for (const [a, b] of [["1", "1m"], ["1k", "1Ki"], ["1Gi", "1G"], ["1", "x"], ["", ""], ["100m", "101m"], [1, null]]) {
    assertFalse(quantityEquals(a, b), `${a} ${b}`);
  }
});

Deno.test("quantities count as such where Kubernetes has them, and nowhere else", () => {
  assertEquals(paths({ limits: { cpu: "1000m" } }, { limits: { cpu: "1" } }), []);
  assertEquals(paths({ env: [{ name: "A", value: "1000m" }] }, { env: [{ name: "A", value: "1" }] }), [
    "env[name=A].value",
  ]);
  assertEquals(paths({ limits: { cpu: "1000m" } }, { limits: { cpu: "1" } }, false), ["limits.cpu"]);
});

Deno.test("fields that were not applied are ignored", () => {
  assertEquals(paths({ spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: {} }), []);
});

Deno.test("a field that is changed or gone is found", () => {
  assertEquals(paths({ spec: { a: 1, b: { c: 2 } } }, { spec: { a: 2 } }), ["spec.a", "spec.b"]);
});

Deno.test("items with keys are found wherever they are, and others' items are left out", () => {
  const applied = { containers: [{ name: "a", image: "1" }, { name: "b" }] };
  const stored = { containers: [{ name: "sidecar" }, { name: "b" }, { name: "a", image: "2" }] };
  assertEquals(paths(applied, stored), ["containers[name=a].image"]);
  assertEquals(paths(applied, { containers: [{ name: "a", image: "1" }] }), ["containers[name=b]"]);
});

Deno.test("a port's protocol is TCP where it is not given", () => {
  const stored = [{ port: 53, protocol: "UDP", name: "u" }, { port: 53, protocol: "TCP", name: "t" }];
  const applied = [{ port: 53, name: "t" }, { port: 53, name: "u", protocol: "UDP" }];
  assertEquals(paths({ spec: { ports: applied } }, { spec: { ports: stored } }), []);
});

Deno.test("in lists without keys, such as a NetworkPolicy's ports or pull secrets, an additional item is a difference", () => {
  const rule = (...ports: number[]) => ({ spec: { ingress: [{ ports: ports.map((port) => ({ port })) }] } });
  assertEquals(paths(rule(80), rule(80, 22)), ["spec.ingress[0].ports"]);
  assertEquals(paths({ imagePullSecrets: [{ name: "a" }] }, { imagePullSecrets: [{ name: "a" }, { name: "b" }] }), [
    "imagePullSecrets",
  ]);
});

Deno.test("in maps with free keys, a key is never taken for a field's name", () => {
  assertEquals(paths({ data: { value: "", clusterIP: "" } }, { data: { clusterIP: "10.0.0.1" } }), [
    "data.value",
    "data.clusterIP",
  ]);
  assertEquals(paths({ metadata: { labels: { env: "" } } }, { metadata: { labels: {} } }, false), [
    "metadata.labels.env",
  ]);
});

Deno.test("a missing field is found even if every JavaScript object inherits one with its name", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
    const applied = JSON.parse(`{"data": {"${name}": {}}, "${name}": [{"name": "a"}]}`);
    assertEquals(paths(applied, { data: {} }), [`data.${name}`, name]);
    assertEquals(paths(applied, applied), []);
  }
});

Deno.test("metadata is compared for every kind, and an additional owner reference is ignored", () => {
  const owners = (...uids: string[]) => ({ metadata: { ownerReferences: uids.map((uid) => ({ uid })) } });
  assertEquals(paths(owners("1"), owners("2", "1"), false), []);
  assertEquals(paths(owners("1"), owners("2"), false), ["metadata.ownerReferences[uid=1]"]);
});

Deno.test("lists without keys are compared as a whole", () => {
  assertEquals(paths({ args: ["a"] }, { args: ["a", "b"] }), ["args"]);
  assertEquals(paths({ args: ["a", "b"] }, { args: ["b", "a"] }), ["args[0]", "args[1]"]);
  assertEquals(paths({ rules: [{ host: "a" }] }, { rules: [{ host: "a", more: 1 }] }), []);
});

Deno.test("for other kinds, all lists are compared as a whole", () => {
  assertEquals(paths({ env: [{ name: "a" }] }, { env: [{ name: "b" }, { name: "a" }] }, false), ["env"]);
});

Deno.test("values that say nothing may not be stored, where the API server drops them", () => {
  assertEquals(paths({ hostNetwork: false, env: [], nodeSelector: {}, replicas: null, clusterIP: "" }, {}), []);
  assertEquals(paths({ clusterIP: "", nodePort: 0 }, { clusterIP: "10.0.0.1", nodePort: 30000 }), []);
  assertEquals(paths({ hostNetwork: false }, { hostNetwork: true }), ["hostNetwork"]);
  assertEquals(paths({ automountServiceAccountToken: false }, {}), ["automountServiceAccountToken"]);
});

Deno.test("a port may be a number or its text", () => {
  assertEquals(paths({ targetPort: 80 }, { targetPort: "80" }), []);
  assertEquals(paths({ targetPort: 80 }, { targetPort: 81 }), ["targetPort"]);
});
