import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { type CacheChange, mapTrigger, not, ownerTrigger, selfTrigger, TriggerError } from "../../lib/watch/mod.ts";
import { kindOf, type KubeObject, type ObjectRef, type ResourceKind } from "../../lib/model/mod.ts";
import { Node } from "../../lib/kube/kinds/mod.ts";
import { Secret, secret } from "./fixture.ts";

const Foo = kindOf({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const Cluster = kindOf({ group: "example.dev", version: "v1", kind: "Cluster", plural: "clusters", scope: "Cluster" });

const owner = (name: string, more: Record<string, unknown> = {}) => ({
  apiVersion: "example.dev/v1",
  kind: "Foo",
  name,
  uid: name,
  controller: true,
  ...more,
});

const owned = (...ownerReferences: unknown[]) => secret("s", 5, { ownerReferences });

function change(before: KubeObject | undefined, after: KubeObject | undefined): CacheChange {
  const { namespace, name } = (after ?? before)!.metadata;
  return { key: namespace ? `${namespace}/${name}` : name, before, after, source: "event" };
}

const keysOf = (triggered: { keys: readonly { key: string }[] }) => triggered.keys.map(({ key }) => key);

Deno.test("an object is run when its predicate passes, and the reason says what happened", () => {
  const trigger = selfTrigger(({ after }) => after?.metadata.name !== "quiet");
  assertEquals(trigger(change(undefined, secret("a", 5))).keys, [{
    key: "default/a",
    reason: "Secret default/a appeared",
  }]);
  assertEquals(trigger(change(secret("a", 5), secret("a", 6))).keys[0]?.reason, "Secret default/a changed");
  assertEquals(trigger(change(secret("a", 5), undefined)).keys[0]?.reason, "Secret default/a disappeared");
  assertEquals(
    trigger(change(secret("a", 5), secret("a", 6, { uid: "new" }))).keys[0]?.reason,
    "Secret default/a was replaced",
  );
  assertEquals(trigger(change(undefined, secret("quiet", 5))).keys, []);
});

Deno.test("if a predicate throws, that is an error of the trigger, and the object is run nevertheless", () => {
  const { keys, errors } = selfTrigger(() => {
    throw new Error("oh");
  })(change(undefined, secret("a", 5)));
  assertEquals(keys, [{ key: "default/a", reason: "Secret default/a appeared" }]);
  assertEquals(errors.map(({ message }) => message), [
    'Cannot say what to run as the predicate threw for "Secret default/a appeared": oh',
  ]);
});

Deno.test("an async predicate or mapping is an error of the trigger, and its rejection is handled", () => {
  const later = () => Promise.reject(new Error("oh"));
  const seen = change(undefined, secret("a", 5));
  for (
    const trigger of [
      selfTrigger(later as never),
      selfTrigger(not(later as never)),
      mapTrigger(Secret, later as never, Secret),
    ]
  ) {
    const [error] = trigger(seen).errors;
    assertStringIncludes(error!.message, "it returned a promise, and must not be async");
  }
});

Deno.test("the owner that is the controller is run, whatever the version of its kind", () => {
  const trigger = ownerTrigger(Foo);
  assertEquals(trigger(change(undefined, owned(owner("f")))).keys, [{
    key: "default/f",
    reason: "Secret default/s appeared",
  }]);
  assertEquals(keysOf(trigger(change(undefined, owned(owner("f", { apiVersion: "example.dev/v1beta1" }))))), [
    "default/f",
  ]);
  assertEquals(keysOf(trigger(change(undefined, owned(owner("f", { controller: false }))))), []);
  assertEquals(keysOf(trigger(change(undefined, owned(owner("f", { kind: "Bar" }))))), []);
  assertEquals(keysOf(trigger(change(undefined, owned(owner("f", { apiVersion: "other.dev/v1" }))))), []);
  assertEquals(keysOf(trigger(change(undefined, secret("s", 5)))), []);
});

Deno.test("when the owner changes, the old one and the new one are run; when it stays, it is run once", () => {
  const trigger = ownerTrigger(Foo);
  assertEquals(keysOf(trigger(change(owned(owner("old")), owned(owner("new"))))), ["default/old", "default/new"]);
  assertEquals(keysOf(trigger(change(owned(owner("f")), owned(owner("f"))))), ["default/f"]);
  assertEquals(keysOf(trigger(change(owned(owner("f")), undefined))), ["default/f"]);
  assertEquals(keysOf(trigger(change(owned(owner("f")), secret("s", 6)))), ["default/f"]);
});

Deno.test("a cluster-scoped owner is run by its name; a namespaced owner cannot own a cluster-scoped object", () => {
  const reference = owner("c", { kind: "Cluster" });
  assertEquals(keysOf(ownerTrigger(Cluster)(change(undefined, owned(reference)))), ["c"]);
  const bare = secret("s", 5, { namespace: undefined, ownerReferences: [owner("f"), reference] });
  assertEquals(keysOf(ownerTrigger(Foo)(change(undefined, bare))), []);
});

Deno.test("an owner of the core group is distinguished from one of another group", () => {
  const Core = kindOf({ version: "v1", kind: "Foo", plural: "foos" });
  assertEquals(keysOf(ownerTrigger(Core)(change(undefined, owned(owner("f", { apiVersion: "v1" }))))), ["default/f"]);
  assertEquals(keysOf(ownerTrigger(Core)(change(undefined, owned(owner("f"))))), []);
});

const byLabel = (object: KubeObject) => {
  if (object.metadata.labels?.for === undefined) throw new Error("no label");
  return [{ namespace: "x", name: object.metadata.labels.for }];
};

Deno.test("a mapping is called with the object before and after, and each key is run once", () => {
  const trigger = mapTrigger(Secret, byLabel, Secret);
  const at = (name: string) => secret("s", 5, { labels: { for: name } });
  assertEquals(trigger(change(at("old"), at("new"))).keys, [
    { key: "x/old", reason: "Secret default/s changed" },
    { key: "x/new", reason: "Secret default/s changed" },
  ]);
  assertEquals(keysOf(trigger(change(at("same"), at("same")))), ["x/same"]);
});

Deno.test("what a mapping throws is an error that names it, and the keys that it found count", () => {
  const { keys, errors } = mapTrigger(Secret, byLabel, Secret)(
    change(secret("s", 5, { labels: { for: "old" } }), secret("s", 6)),
  );
  assertEquals(keys.map(({ key }) => key), ["x/old"]);
  assertInstanceOf(errors[0], TriggerError);
  assertEquals(
    errors[0].message,
    'Cannot say what to run as the mapping "byLabel" of Secret threw for "Secret default/s changed": no label',
  );
});

Deno.test("a reference without a namespace gets that of the object; for a cluster-scoped resource, a namespace is ignored", () => {
  const appeared = change(undefined, secret("s", 5));
  const keysFor = (resource: ResourceKind, ref: ObjectRef) =>
    keysOf(mapTrigger(Secret, () => [ref], resource)(appeared));
  assertEquals(keysFor(Secret, { name: "a" }), ["default/a"]);
  assertEquals(keysFor(Node, { name: "a", namespace: "default" }), ["a"]);
  assertEquals(keysFor(Node, { name: "a" }), ["a"]);
});

Deno.test("an invalid reference is an error and does not prevent the others from being run", () => {
  const node = { ...secret("n", 5), kind: "Node" };
  const { namespace: _, ...metadata } = node.metadata;
  const odd = [{ name: "a" }, { name: "" }, {}, undefined, null, "a", { name: 7 }, { name: "a/b", namespace: "x" }];
  const map = () => [...odd, { name: "b", namespace: "x" }] as ObjectRef[];
  const { keys, errors } = mapTrigger(Node, map, Secret)(change(undefined, { ...node, metadata }));
  assertEquals(keys.map(({ key }) => key), ["x/b"]);
  assertEquals(errors.length, odd.length);
  assertStringIncludes(
    errors[0]!.message,
    'it must give a namespace, as Secret is namespaced: current value is {"name":"a"}',
  );
  assertStringIncludes(errors[1]!.message, 'it must give references with a name: current value is {"name":""}');
});

Deno.test("a mapping that does not return a list is an error", () => {
  for (const wrong of [undefined, 7, Promise.resolve([])]) {
    const { keys, errors } = mapTrigger(Secret, () => wrong as never, Secret)(change(undefined, secret("s", 5)));
    assertEquals([keys, errors.length], [[], 1]);
  }
});
