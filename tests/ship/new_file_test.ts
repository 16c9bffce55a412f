/** Files that appear whole or not at all. */

import { assertEquals, assertRejects } from "@std/assert";
import { makeFile } from "../../lib/ship/files/new_file.ts";
import { ShipError } from "../../lib/ship/mod.ts";
import { temporaryFolder } from "../packaging/programs.ts";

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);

Deno.test("until a file is made, the one before it stands in its place; then the new one does", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/new folder/file`;
  await makeFile(path, (at) => Deno.writeTextFile(at, "one"));
  await makeFile(path, async (at) => {
    await Deno.writeTextFile(at, "other");
    assertEquals(await Deno.readTextFile(path), "one");
  });
  assertEquals(await Deno.readTextFile(path), "other");
  assertEquals(namesIn(`${folder.path}/new folder`), ["file"]);
});

Deno.test("what fails on the way leaves the file as it was, and nothing beside it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  await Deno.writeTextFile(path, "before");
  await assertRejects(
    () =>
      makeFile(path, async (at) => {
        await Deno.writeTextFile(at, "half");
        throw new RangeError("a mistake");
      }),
    RangeError,
  );
  assertEquals([await Deno.readTextFile(path), namesIn(folder.path)], ["before", ["file"]]);
});

Deno.test({
  name: "a full disk is named with the file that it has no room for",
  // Only Linux has a file that is always full.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/file`;
    const full = () => makeFile(path, async () => await Deno.writeTextFile("/dev/full", "text"));
    await assertRejects(full, ShipError, `Cannot write ${path}: No space left on device`);
    assertEquals(namesIn(folder.path), []);
  },
});
