/** Files in a folder: all or none, and nothing of others is lost. */

import { assertEquals, assertRejects } from "@std/assert";
import { writeFolder } from "../../lib/cli/commands/folder.ts";

async function inFolder(play: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await play(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** All files below a folder, with their texts. */
async function contentOf(path: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (!isDirectory) all[name] = await Deno.readTextFile(`${path}/${name}`);
    else {
      const inner = Object.entries(await contentOf(`${path}/${name}`));
      for (const [below, text] of inner.length > 0 ? inner : [["", "(empty)"]]) all[`${name}/${below}`] = text!;
    }
  }
  return all;
}

Deno.test("files are written with the folders that they need, a former version is replaced, and others stay and are named", async () => {
  await inFolder(async (path) => {
    const folder = `${path}/deep/base`;
    assertEquals(await writeFolder(`${folder}/`, { "a.yaml": "1", "crds/b.yaml": "2" }), {
      written: [`${folder}/a.yaml`, `${folder}/crds/b.yaml`],
      others: [],
    });
    await Deno.writeTextFile(`${folder}/crds/mine.yaml`, "mine");
    const { others } = await writeFolder(folder, { "a.yaml": "one", "crds/b.yaml": "two" });
    assertEquals(others, [`${folder}/crds/mine.yaml`]);
    assertEquals(await contentOf(path), {
      "deep/base/a.yaml": "one",
      "deep/base/crds/b.yaml": "two",
      "deep/base/crds/mine.yaml": "mine",
    });
  });
});

Deno.test("if one file cannot be written, all is as before: no file, no folder, and the former versions", async () => {
  await inFolder(async (path) => {
    // What is to be a file is a folder that is not empty, and the last one in order.
    await Deno.mkdir(`${path}/z.yaml`);
    await Deno.writeTextFile(`${path}/z.yaml/mine`, "mine");
    await Deno.writeTextFile(`${path}/a.yaml`, "former");
    const before = await contentOf(path);
    const error = await assertRejects(() =>
      writeFolder(path, { "a.yaml": "new", "new/b.yaml": "new", "z.yaml": "new" })
    );
    assertEquals((error as Error).message.startsWith(`Cannot write ${path}/z.yaml as `), true, String(error));
    assertEquals(await contentOf(path), before);
  });
});

Deno.test("a folder that is a file, or below one, is refused, and no folder is left behind", async () => {
  await inFolder(async (path) => {
    await Deno.writeTextFile(`${path}/file`, "mine");
    await assertRejects(() => writeFolder(`${path}/file`, { "a.yaml": "1" }), Error, "it is there, and no folder");
    await assertRejects(() => writeFolder(`${path}/file/deep`, { "a.yaml": "1" }), Error, "Cannot write");
    await assertRejects(() => writeFolder(`${path}/new/deep`, { "a\0.yaml": "1" }), Error, "Cannot write");
    assertEquals(await contentOf(path), { file: "mine" });
  });
});

Deno.test("files come into being under hidden names, of which a chart would make no objects if the process were killed", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/templates`);
    using watcher = Deno.watchFs(folder);
    const drafts = new Set<string>();
    const done = writeFolder(folder, { "templates/a.yaml": "a", "templates/b.yaml": "b" });
    for await (const { paths } of watcher) {
      const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
      for (const name of names) if (name.endsWith(".draft")) drafts.add(name);
      if (names.includes("b.yaml")) break;
    }
    await done;
    assertEquals([drafts.size, [...drafts].every((name) => name.startsWith("."))], [2, true], [...drafts].join());
  });
});
