import { assertEquals } from "@std/assert";
import { findViolations } from "../../tools/layers.ts";

Deno.test("a lower room that imports a higher one breaks the law", () => {
  assertEquals(findViolations([{ path: "lib/steps/step.ts", imports: ["lib/kube/mod.ts"] }]), [
    "lib/steps/step.ts imports lib/kube/mod.ts: steps may not use kube",
  ]);
});

Deno.test("nothing but tests and examples imports testing", () => {
  assertEquals(findViolations([{ path: "lib/controller/server.ts", imports: ["lib/testing/mod.ts"] }]).length, 1);
});

Deno.test("a room is entered by its door", () => {
  assertEquals(findViolations([{ path: "lib/run/run.ts", imports: ["lib/kube/write/performer.ts"] }]), [
    "lib/run/run.ts imports lib/kube/write/performer.ts: another room is entered by its door, lib/kube/mod.ts",
  ]);
});

Deno.test("a room that the law does not know is refused", () => {
  assertEquals(findViolations([{ path: "lib/misc/x.ts", imports: ["lib/kube/mod.ts"] }]).length, 1);
});

Deno.test("leaves, the own room and allowed rooms are free", () => {
  const imports = ["lib/model/mod.ts", "lib/time/mod.ts", "lib/run/walk.ts", "lib/kube/mod.ts", "lib/steps/mod.ts"];
  assertEquals(findViolations([{ path: "lib/run/run.ts", imports }]), []);
});
