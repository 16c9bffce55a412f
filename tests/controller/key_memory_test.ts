import { assertEquals } from "@std/assert";
import { KeyMemory, type Remembered } from "../../lib/controller/key/key_memory.ts";
import { NO_HISTORY } from "../../lib/run/mod.ts";
import type { KubeObject, ObjectMeta } from "../../lib/model/mod.ts";

const at = (uid: string, generation?: number, more: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Foo",
  metadata: {
    name: "a",
    uid,
    resourceVersion: "1",
    creationTimestamp: "",
    ...(generation !== undefined && { generation }),
    ...more,
  },
});

const DOUBT = { step: "create", unnamed: [] };
const AT_REST: Remembered = { history: NO_HISTORY, doubt: undefined, wait: undefined };
const troubled = (failures: number): Remembered => ({
  history: { failures, modified: 2 },
  doubt: DOUBT,
  wait: "wait: for Godot",
});

Deno.test("what was kept of an object is recalled for it, and for a Run that did not get to it", () => {
  const memory = new KeyMemory();
  memory.keep("a", at("1", 1), troubled(9));
  for (const object of [at("1", 1), undefined]) {
    const { history, doubt, wait } = memory.recall("a", object);
    assertEquals({ history, doubt, wait }, troubled(9));
  }
  assertEquals([memory.doubtOf("a"), memory.doubtOf("b"), memory.recall("b", at("1"))], [DOUBT, undefined, AT_REST]);
});

Deno.test("another object with the name starts afresh, but a doubt also holds for it", () => {
  const memory = new KeyMemory();
  memory.keep("a", at("1", 1), troubled(9));
  assertEquals(memory.recall("a", at("2", 1)), { ...AT_REST, doubt: DOUBT });
});

Deno.test("after an edit, or once it is to be deleted, failures count for little, and all else stays", () => {
  const memory = new KeyMemory();
  memory.keep("a", at("1", 1), troubled(9));
  for (const edited of [at("1", 2), at("1", 1, { deletionTimestamp: "2024-01-01T00:00:00Z" })]) {
    const { history, doubt, wait } = memory.recall("a", edited);
    assertEquals({ history, doubt, wait }, troubled(3));
  }
  memory.keep("a", at("1", 1), troubled(2));
  assertEquals(memory.recall("a", at("1", 2)).history.failures, 2);
});

Deno.test("a Run that did not reach its object keeps the identity of the failures", () => {
  const memory = new KeyMemory();
  memory.keep("a", at("1", 1), troubled(9));
  memory.keep("a", undefined, troubled(10));
  assertEquals(memory.recall("a", at("1", 1)).history.failures, 10);
  assertEquals(memory.recall("a", at("2", 1)).history, NO_HISTORY);
});

Deno.test("failures before any object was found count for the one that is found", () => {
  const memory = new KeyMemory();
  memory.keep("a", undefined, troubled(4));
  assertEquals(memory.recall("a", at("1", 1)).history.failures, 4);
});

Deno.test("nothing is kept of objects at rest, nor of objects that are gone", () => {
  const memory = new KeyMemory();
  for (let name = 0; name < 100; name++) {
    memory.keep(`a${name}`, at("1", 1), troubled(1));
    memory.keep(`b${name}`, at("1", 1), AT_REST);
  }
  assertEquals(memory.size, 100);
  for (let name = 0; name < 50; name++) memory.keep(`a${name}`, at("1", 1), AT_REST);
  for (let name = 50; name < 100; name++) memory.forget(`a${name}`);
  assertEquals(memory.size, 0);
});

Deno.test("a refused status is remembered for its object, and for no other with the name", () => {
  const memory = new KeyMemory();
  memory.keep("a", at("1", 1), { ...AT_REST, refusedStatus: "this" });
  assertEquals(memory.refusedStatusOf("a", at("1", 2)), "this");
  assertEquals(memory.refusedStatusOf("a", at("2", 1)), undefined);
  assertEquals(memory.refusedStatusOf("b", at("1", 1)), undefined);
});
