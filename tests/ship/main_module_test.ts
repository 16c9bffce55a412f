/** Which project a main module belongs to, and what its program is called. */

import { assertEquals } from "@std/assert";
import { findMain } from "../../lib/ship/build/main_module.ts";
import { temporaryFolder } from "../packaging/programs.ts";

async function find(files: Readonly<Record<string, string>>, main: string) {
  await using folder = await temporaryFolder();
  const path = await Deno.realPath(folder.path);
  for (const [name, text] of Object.entries({ ...files, [main]: "" })) {
    await Deno.mkdir(`${path}/${name}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${path}/${name}`, text);
  }
  const { root, name, unstable } = await findMain(`${path}/${main}`);
  return { root: root.slice(path.length), name, unstable };
}

Deno.test("the nearest deno.json makes the project", async () => {
  const files = { "deno.json": "{}", "inner/deno.jsonc": "{}" };
  assertEquals((await find(files, "inner/deep/operator.ts")).root, "/inner");
  assertEquals((await find(files, "other/operator.ts")).root, "");
});

Deno.test("a program is called after its file, or after its folder where that says nothing", async () => {
  const names = ["shop/operator.ts", "shop/main.ts", "shop/mod.tsx", "shop/a.b.mjs"];
  assertEquals(await Promise.all(names.map(async (main) => (await find({}, main)).name)), [
    "operator",
    "shop",
    "shop",
    "a.b",
  ]);
});

Deno.test("the unstable parts of Deno are those that the project asks for, and its workspace, and no folder above", async () => {
  const asks = (name: string, more = "") => `{\n  // why\n  "unstable": ["${name}"]${more}\n}`;
  const workspace = { "deno.json": asks("kv", ',\n  "workspace": ["./inner"]'), "inner/deno.json": asks("temporal") };
  assertEquals((await find(workspace, "inner/main.ts")).unstable, ["--unstable-temporal", "--unstable-kv"]);
  const beside = { "deno.json": asks("kv"), "inner/deno.json": asks("temporal") };
  assertEquals((await find(beside, "inner/main.ts")).unstable, ["--unstable-temporal"]);
});
