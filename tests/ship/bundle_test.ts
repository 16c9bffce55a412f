/** A bundled program does what its modules did. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { bundle } from "../../lib/ship/build/bundle.ts";
import { findMain } from "../../lib/ship/build/main_module.ts";
import { ShipError } from "../../lib/ship/files/mod.ts";
import { run, temporaryFolder } from "../packaging/programs.ts";

/** A program of a main module, one beside it, one that is imported lazily and imports the main module, and a text. */
const PROGRAM = {
  "deno.json": `{ "imports": { "#shared": "./below/shared.ts" } }`,
  "main.ts": `
    import { OddError, shared } from "#shared";
    export const name = "main";
    async function start() {
      console.log("main runs", shared);
      const { lazy } = await import("./lazy.ts");
      lazy();
      console.log(await (await fetch(new URL("./below/text.txt", import.meta.url))).text());
      function fails(): never { throw new OddError("as it must"); }
      fails();
    }
    if (import.meta.main) void start();`,
  "below/shared.ts": `
    export const shared: string = import.meta.main ? "wrong: it is not the main module" : "shared";
    export class OddError extends Error {}
    console.log("shared is read", OddError.name);`,
  "lazy.ts": `
    import { name } from "./main.ts";
    console.log("lazy is read", import.meta.main);
    export function lazy() { console.log(lazy.name, name); }`,
  "below/text.txt": "a text",
};

async function write(folder: string, files: Readonly<Record<string, string>> = PROGRAM): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

async function bundled(project: string, scratch: string, { check = true, include = [] as string[] } = {}) {
  await Deno.mkdir(scratch, { recursive: true });
  const main = await findMain(`${project}/main.ts`);
  return await bundle(main, { folder: scratch, check, include, flags: [] });
}

Deno.test("a bundled program does the same: one main module, lazy imports, names, errors with their lines", async () => {
  await using folder = await temporaryFolder();
  const project = `${folder.path}/a project`;
  await write(project);

  const made = await bundled(project, `${folder.path}/out`, { include: [`${project}/below/text.txt`] });
  const { code, stdout, stderr } = await run(Deno.execPath(), ["run", "-R", made.entry], { cwd: made.folder });

  assertEquals(stdout.trim().split("\n"), [
    "shared is read OddError",
    "main runs shared",
    "lazy is read false",
    "lazy main",
    "a text",
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /at fails \(file:\/\/\S+\/main\.ts:9:\d+\)/);
});

Deno.test("a program whose main module others import still runs when it is the main one", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path);
  const { entry, folder: program } = await bundled(folder.path, `${folder.path}/out`, { check: false });
  const { stdout } = await run(Deno.execPath(), ["run", entry], { cwd: program });
  assertStringIncludes(stdout, "main runs shared");
});

Deno.test("the name of the main module may have any letters", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["öp erator ☂.ts", "operator-ABCDEFGH.ts", "a.b.c.ts"]) {
    await write(folder.path, {
      [name]: "console.log('runs'); const { a } = await import('./lazy.ts'); console.log(a);",
    });
    await write(folder.path, { "lazy.ts": "export const a = 1;" });
    const scratch = `${folder.path}/${crypto.randomUUID()}`;
    await Deno.mkdir(scratch);
    const main = await findMain(`${folder.path}/${name}`);
    const made = await bundle(main, { folder: scratch, check: false, include: [], flags: [] });
    const { stdout } = await run(Deno.execPath(), ["run", made.entry], { cwd: made.folder });
    assertEquals(stdout, "runs\n1\n");
  }
});

Deno.test("the same modules give the same files, wherever they lie and whenever they are bundled", async () => {
  await using folder = await temporaryFolder();
  const texts = [];
  for (const place of ["one", "another/and deeper"]) {
    const project = `${folder.path}/${place}/project`;
    await write(project);
    const made = await bundled(project, `${folder.path}/${place}/scratch`);
    const files = [...Deno.readDirSync(made.folder)].map(({ name }) => name).sort();
    for (const name of files) assertEquals((await Deno.stat(`${made.folder}/${name}`)).mtime, new Date(0));
    texts.push(await Promise.all(files.map(async (name) => [name, await Deno.readTextFile(`${made.folder}/${name}`)])));
  }
  assert(texts[0]!.length > 3, "lazy imports have files of their own");
  assertEquals(texts[0], texts[1]);
  assertEquals(JSON.stringify(texts).includes(folder.path.slice(1)), false, "no path of this machine is in them");
});

for (
  const [what, files, said] of [
    ["does not type-check", { "main.ts": "const one: number = 'two'; console.log(one);" }, "TS2322"],
    ["imports what is not there", { "main.ts": "import './nothing.ts';" }, "nothing.ts"],
    ["is no TypeScript", { "main.ts": "const const" }, "main.ts"],
  ] as const
) {
  Deno.test(`a program that ${what} is refused with what Deno says`, async () => {
    await using folder = await temporaryFolder();
    await write(folder.path, files);
    const error = await assertRejects(() => bundled(folder.path, `${folder.path}/out`), ShipError, said);
    assertEquals(error.message.includes("Stack backtrace"), false);
  });
}

Deno.test("what is taken along must lie beside the main module, and be there", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path);
  const refused = (include: string, said: string) =>
    assertRejects(
      () => bundled(folder.path, `${folder.path}/${crypto.randomUUID()}`, { include: [include] }),
      ShipError,
      said,
    );
  await refused("/etc/hosts", "must lie in");
  await refused(`${folder.path}/nothing`, "it is not there");
});
