import { assertEquals } from "@std/assert";
import { addFinalizer, ownerReference, removeFinalizer } from "../../lib/kube/mod.ts";
import type { AnyChange } from "../../lib/steps/mod.ts";
import { Foo, storedFoo } from "./fakes.ts";

const MINE = "example.dev/mine";
const UID = { op: "test", path: "/metadata/uid", value: "uid-a" };

function bodyOf(change: AnyChange | undefined): unknown {
  return change?.operation.verb === "patch" ? change.operation.body : undefined;
}

Deno.test("the first finalizer is added only if nobody has written in between", () => {
  assertEquals(bodyOf(addFinalizer(Foo, storedFoo(), MINE)), [
    UID,
    { op: "test", path: "/metadata/resourceVersion", value: "10" },
    { op: "add", path: "/metadata/finalizers", value: [MINE] },
  ]);
});

Deno.test("a further finalizer is added at the end, beside those of others", () => {
  assertEquals(bodyOf(addFinalizer(Foo, storedFoo({ finalizers: ["x/y"] }), MINE)), [
    UID,
    { op: "add", path: "/metadata/finalizers/-", value: MINE },
  ]);
});

Deno.test("a finalizer is not added twice, and never while the object is being deleted", () => {
  assertEquals(addFinalizer(Foo, storedFoo({ finalizers: [MINE] }), MINE), undefined);
  assertEquals(addFinalizer(Foo, storedFoo({ deletionTimestamp: "2024-01-02T00:00:00Z" }), MINE), undefined);
});

Deno.test("a finalizer is removed only where it still stands, so that nobody else's goes", () => {
  assertEquals(bodyOf(removeFinalizer(Foo, storedFoo({ finalizers: ["x/y", MINE] }), MINE)), [
    UID,
    { op: "test", path: "/metadata/finalizers/1", value: MINE },
    { op: "remove", path: "/metadata/finalizers/1" },
  ]);
  assertEquals(removeFinalizer(Foo, storedFoo({ finalizers: ["x/y"] }), MINE), undefined);
  assertEquals(removeFinalizer(Foo, storedFoo(), MINE), undefined);
});

Deno.test("an owner reference names the owner by UID, as its controller, and blocks nothing", () => {
  const reference = { apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid: "uid-a", controller: true };
  assertEquals(ownerReference(Foo, storedFoo()), reference);
});
