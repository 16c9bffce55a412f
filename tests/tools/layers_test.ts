import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { findUnreached, findViolations } from "../../tools/layers.ts";
import { readGraph } from "../../tools/layers/module_graph.ts";

/** A graph of files, each with what it imports. */
const graphOf = (files: Record<string, string[]>) =>
  Object.entries(files).map(([path, imports]) => ({ path, imports }));

Deno.test("a lower room that imports a higher one breaks the law", () => {
  assertEquals(findViolations([{ path: "lib/steps/step.ts", imports: ["lib/kube/mod.ts"] }]), [
    "lib/steps/step.ts imports lib/kube/mod.ts: steps may not use kube",
  ]);
});

Deno.test("nothing but tests and examples imports testing", () => {
  assertEquals(findViolations([{ path: "lib/controller/server.ts", imports: ["lib/testing/mod.ts"] }]).length, 1);
});

Deno.test("no room goes through the doors of the package", () => {
  assertEquals(findViolations([{ path: "lib/controller/server.ts", imports: ["lib/doors/errors.ts"] }]), [
    "lib/controller/server.ts imports lib/doors/errors.ts: controller may not use doors",
  ]);
});

Deno.test("a room is entered by its door", () => {
  assertEquals(findViolations([{ path: "lib/run/run.ts", imports: ["lib/kube/performer.ts"] }]), [
    "lib/run/run.ts imports lib/kube/performer.ts: another room is entered by its door, lib/kube/mod.ts",
  ]);
});

Deno.test("whoever is in no room enters by the doors, too", () => {
  assertEquals(findViolations([{ path: "mod.ts", imports: ["lib/kube/mod.ts"] }]), []);
  assertEquals(findViolations([{ path: "mod.ts", imports: ["lib/kube/write/mod.ts"] }]), [
    "mod.ts imports lib/kube/write/mod.ts: another room is entered by its door, lib/kube/mod.ts",
  ]);
});

Deno.test("a room that the law does not know is refused", () => {
  assertEquals(findViolations([{ path: "lib/misc/x.ts", imports: ["lib/kube/mod.ts"] }]).length, 1);
});

Deno.test("leaves, the own room and allowed rooms are free", () => {
  const imports = ["lib/model/mod.ts", "lib/time/mod.ts", "lib/run/walk.ts", "lib/kube/mod.ts", "lib/steps/mod.ts"];
  assertEquals(findViolations([{ path: "lib/run/run.ts", imports }]), []);
});

Deno.test("a room within a room is entered by its door, from the next room and from the one around it", () => {
  for (const path of ["lib/watch/stream/lists.ts", "lib/watch/state.ts", "lib/watch/mod.ts"]) {
    assertEquals(findViolations([{ path, imports: ["lib/watch/bytes/mod.ts"] }]), []);
    assertEquals(findViolations([{ path, imports: ["lib/watch/bytes/lines.ts"] }]), [
      `${path} imports lib/watch/bytes/lines.ts: another room is entered by its door, lib/watch/bytes/mod.ts`,
    ]);
  }
});

Deno.test("of rooms within rooms, the outermost that one is not in has the door", () => {
  assertEquals(findViolations([{ path: "lib/kube/write/outcome.ts", imports: ["lib/kube/connect/found/mod.ts"] }]), [
    "lib/kube/write/outcome.ts imports lib/kube/connect/found/mod.ts: another room is entered by its door, " +
    "lib/kube/connect/mod.ts",
  ]);
  assertEquals(
    findViolations([{ path: "lib/kube/connect/line/wire.ts", imports: ["lib/kube/connect/found/mod.ts"] }]),
    [],
  );
});

Deno.test("from within, what lies in the rooms around is imported as it is", () => {
  const imports = ["lib/watch/errors.ts", "lib/watch/bytes/lines.ts"];
  assertEquals(findViolations([{ path: "lib/watch/bytes/decode.ts", imports }]), []);
});

Deno.test("files that import each other are found, and shown in their order", () => {
  const circle = graphOf({
    "lib/run/a.ts": ["lib/run/b.ts"],
    "lib/run/b.ts": ["lib/run/c.ts"],
    "lib/run/c.ts": ["lib/run/a.ts", "lib/run/d.ts"],
    "lib/run/d.ts": [],
  });
  assertEquals(findViolations(circle), [
    "lib/run/a.ts imports itself by way of others: lib/run/a.ts → lib/run/b.ts → lib/run/c.ts → lib/run/a.ts",
  ]);
  assertEquals(findViolations(graphOf({ "lib/run/a.ts": ["lib/run/a.ts"] })), ["lib/run/a.ts imports itself"]);
});

Deno.test("a file that imports its own room's door, which gives it out, imports itself", () => {
  const [violation = ""] = findViolations(graphOf({
    "lib/run/mod.ts": ["lib/run/a.ts"],
    "lib/run/a.ts": ["lib/run/mod.ts"],
  }));
  assertStringIncludes(violation, "lib/run/a.ts → lib/run/mod.ts → lib/run/a.ts");
});

Deno.test("rooms that import each other are found, also where no file does", () => {
  const violations = findViolations(graphOf({
    "lib/watch/bytes/a.ts": ["lib/watch/cache/mod.ts"],
    "lib/watch/bytes/b.ts": [],
    "lib/watch/bytes/mod.ts": ["lib/watch/bytes/b.ts"],
    "lib/watch/cache/c.ts": ["lib/watch/bytes/mod.ts"],
    "lib/watch/cache/d.ts": [],
    "lib/watch/cache/mod.ts": ["lib/watch/cache/d.ts"],
  }));
  assertEquals(violations, [
    "lib/watch/bytes → lib/watch/cache → lib/watch/bytes: what lies in lib/watch must have an order: " +
    "lib/watch/bytes/a.ts imports lib/watch/cache/mod.ts; lib/watch/cache/c.ts imports lib/watch/bytes/mod.ts",
  ]);
});

Deno.test("a room and a file beside it that import each other are found", () => {
  const [violation = ""] = findViolations(graphOf({
    "lib/watch/bytes/a.ts": ["lib/watch/state.ts"],
    "lib/watch/bytes/mod.ts": [],
    "lib/watch/state.ts": ["lib/watch/bytes/mod.ts"],
  }));
  assertStringIncludes(violation, "lib/watch/bytes → lib/watch/state.ts → lib/watch/bytes: what lies in lib/watch");
});

Deno.test("outer rooms have an order, whatever the table allows", () => {
  const [violation = ""] = findViolations(graphOf({
    "lib/model/a.ts": ["lib/time/mod.ts"],
    "lib/model/mod.ts": [],
    "lib/time/b.ts": ["lib/model/mod.ts"],
    "lib/time/mod.ts": [],
  }));
  assertStringIncludes(violation, "lib/model → lib/time → lib/model: what lies in lib must have an order");
});

Deno.test("a room of more files than can be overlooked is refused; those of its inner rooms do not count", () => {
  const house = (count: number) =>
    graphOf(Object.fromEntries([
      ...Array.from({ length: count }, (_, at) => [`lib/watch/f${at}.ts`, []]),
      ...Array.from({ length: 22 }, (_, at) => [`lib/watch/bytes/f${at}.ts`, []]),
    ]));
  assertEquals(findViolations(house(22)), []);
  assertEquals(findViolations(house(23)), ["lib/watch has 23 files, and may have 22: give it rooms within"]);
});

Deno.test("a file that no entry leads to is found", () => {
  const modules = graphOf({ "mod.ts": ["lib/run/mod.ts"], "lib/run/mod.ts": [] });
  assertEquals(findUnreached(["lib/run/mod.ts", "lib/run/left.ts"], modules), [
    "lib/run/left.ts: no entry of deno.json leads to it",
  ]);
});

Deno.test("imports of types count, and the entries are those of deno.json", async () => {
  const root = new URL(`file://${await Deno.makeTempDir({ prefix: "staircase-layers-" })}/`);
  try {
    await Deno.mkdir(new URL("lib/run", root), { recursive: true });
    const write = (path: string, text: string) => Deno.writeTextFile(new URL(path, root), text);
    await write("deno.json", `{ "name": "@x/y", "exports": { ".": "./mod.ts", "./run": "./lib/run/a.ts" } }`);
    await write("mod.ts", "export {};\n");
    await write("lib/run/a.ts", `import type { B } from "./b.ts";\nexport type A = B | 1;\n`);
    await write("lib/run/b.ts", `import { type A } from "./a.ts";\nexport type B = A[];\nawait import("./c.ts");\n`);
    await write("lib/run/c.ts", "export {};\n");
    const modules = await readGraph(root);
    assertEquals(modules, [
      { path: "lib/run/a.ts", imports: ["lib/run/b.ts"] },
      { path: "lib/run/b.ts", imports: ["lib/run/a.ts", "lib/run/c.ts"] },
      { path: "lib/run/c.ts", imports: [] },
      { path: "mod.ts", imports: [] },
    ]);
    assertEquals(findViolations(modules).length, 1);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("an entry that cannot be loaded is an error, and not an empty house", async () => {
  const root = new URL(`file://${await Deno.makeTempDir({ prefix: "staircase-layers-" })}/`);
  try {
    await Deno.writeTextFile(new URL("deno.json", root), `{ "exports": { ".": "./mod.ts" } }`);
    await assertRejects(() => readGraph(root), Error, "mod.ts");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
