import { assertEquals, assertThrows } from "@std/assert";
import { collectionPath, objectPath, resolveNamespace } from "../../lib/kube/mod.ts";
import { ClusterRole, ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Zone } from "./fakes.ts";

Deno.test("kinds of the core group have another path than all others", () => {
  assertEquals(collectionPath(ConfigMap), "/api/v1/configmaps");
  assertEquals(collectionPath(ConfigMap, "default"), "/api/v1/namespaces/default/configmaps");
  assertEquals(collectionPath(Zone), "/apis/example.dev/v1/zones");
});

Deno.test("an object's path has its namespace, its name and its part", () => {
  assertEquals(
    objectPath(Foo, { namespace: "n", name: "a" }, "status"),
    "/apis/example.dev/v1/namespaces/n/foos/a/status",
  );
  assertEquals(objectPath(Zone, { name: "z" }), "/apis/example.dev/v1/zones/z");
});

Deno.test("names with characters of URLs are encoded", () => {
  const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode";
  assertEquals(objectPath(ClusterRole, { name: "system:node" }), path);
});

Deno.test("a name that would lead to another object is refused", () => {
  for (const name of ["", ".", "..", "a/b", "a%2fb"]) {
    assertThrows(() => objectPath(Zone, { name }), TypeError, "Cannot use name in a path");
    assertThrows(() => collectionPath(Foo, name), TypeError, "Cannot use namespace in a path");
  }
});

Deno.test("a namespace must be given exactly where there is one", () => {
  assertThrows(() => objectPath(Foo, { name: "a" }), TypeError, "Cannot address Foo a as Foo is namespaced");
  assertThrows(
    () => objectPath(Zone, { namespace: "n", name: "a" }),
    TypeError,
    "Zone in a namespace as it is cluster-scoped",
  );
});

Deno.test("a default namespace is used where it makes sense and dropped where not; a given one never is", () => {
  assertEquals(resolveNamespace(Foo, undefined, "fallback"), "fallback");
  assertEquals(resolveNamespace(Foo, "given", "fallback"), "given");
  assertEquals(resolveNamespace(Zone, undefined, "fallback"), undefined);
  assertThrows(() => resolveNamespace(Zone, "given", undefined), TypeError, 'cluster-scoped: current value is "given"');
  assertThrows(() => resolveNamespace(Foo, undefined, undefined), TypeError, "no namespace is given");
});
