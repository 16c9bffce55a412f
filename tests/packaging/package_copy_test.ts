/** What `tools/publish.ts` publishes: a copy of the package without what only a checkout needs. */

import { assert, assertEquals } from "@std/assert";
import { copyPackage } from "../../tools/package_copy.ts";
import { CHECKOUT, run, temporaryFolder } from "./programs.ts";

const config = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));

async function filesBelow(path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory) found.push(...(await filesBelow(`${path}/${name}`)).map((file) => `${name}/${file}`));
    else found.push(name);
  }
  return found.sort();
}

Deno.test("what is published has no drop-ins, and is otherwise the package as deno.json describes it", async () => {
  await using folder = await temporaryFolder();
  const copy = await copyPackage(folder.path, { links: false });
  const { links: _, ...rest } = config;
  assertEquals(JSON.parse(await Deno.readTextFile(`${copy}/deno.json`)), rest);
  assertEquals(await filesBelow(folder.path), (await filesBelow(copy)).map((file) => `package/${file}`));
});

Deno.test("what is published are the doors, all of lib/, and the pages that a reader needs", async () => {
  await using folder = await temporaryFolder();
  const files = await filesBelow(await copyPackage(folder.path, { links: false }));
  for (const path of Object.values<string>(config.exports)) assert(files.includes(path.replace("./", "")), path);
  assertEquals(
    files.filter((file) => file.startsWith("lib/")).map((file) => file.slice(4)),
    await filesBelow(`${CHECKOUT}lib`),
  );
  assertEquals(
    files.filter((file) => !file.startsWith("lib/")),
    ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "deno.json", "mod.ts"],
  );
});

Deno.test("the copy counts as clean for deno publish: no flag that passes over uncommitted changes is needed", async () => {
  await using folder = await temporaryFolder();
  const copy = await copyPackage(folder.path, { links: true });
  const { code, stderr } = await run(Deno.execPath(), ["publish", "--dry-run", "--no-check"], { cwd: copy });
  assertEquals(code, 0, stderr);
});
