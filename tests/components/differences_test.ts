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

Deno.test("fields that were not applied are nobody's business", () => {
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
  const stored = { ports: [{ port: 53, protocol: "UDP", name: "u" }, { port: 53, protocol: "TCP", name: "t" }] };
  assertEquals(paths({ ports: [{ port: 53, name: "t" }, { port: 53, name: "u", protocol: "UDP" }] }, stored), []);
});

Deno.test("lists without keys are compared as a whole", () => {
  assertEquals(paths({ args: ["a"] }, { args: ["a", "b"] }), ["args"]);
  assertEquals(paths({ args: ["a", "b"] }, { args: ["b", "a"] }), ["args[0]", "args[1]"]);
  assertEquals(paths({ rules: [{ host: "a" }] }, { rules: [{ host: "a", more: 1 }] }), []);
});

Deno.test("of other kinds nothing is known: all lists are compared as a whole", () => {
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
