/** `deno task test:new`: in a checkout of its own, it runs what may have another result, and nothing else. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CHECKOUT, run, temporaryFolder } from "../packaging/programs.ts";

const FILES: Record<string, string> = {
  "deno.json": "{}",
  "README.md": "readme",
  "mod.ts": "export {};",
  "lib/one.ts": "export const one = 1;",
  "lib/two.ts": "export const two = 2;",
  "tests/one_test.ts": `import { one } from "../lib/one.ts"; Deno.test("one", () => { if (one > 1) throw one; });`,
  "tests/two_test.ts": `import { two } from "../lib/two.ts"; Deno.test("two", () => { if (two > 2) throw two; });`,
  "tests/readme_test.ts": `const path = new URL("../README.md", import.meta.url);
    Deno.test("readme", () => { if (Deno.readTextFileSync(path) === "") throw path; });`,
  "docs/page.md": "```ts\nconst page = 1;\n```\n",
};

/** A checkout with the tool, and what a run of it in there ran: the files, and the exit code. */
async function checkout() {
  const folder = await temporaryFolder();
  const { path } = folder;
  const write = async (name: string, text: string) => {
    await Deno.mkdir(`${path}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${path}/${name}`, text);
  };
  for (const [name, text] of Object.entries(FILES)) await write(name, text);
  for (const name of ["test.ts", "test_selection.ts"]) {
    await write(`tools/${name}`, await Deno.readTextFile(`${CHECKOUT}tools/${name}`));
  }
  assertEquals((await run("git", ["init", "--quiet"], { cwd: path })).code, 0);
  const tool = `${path}/tools/test.ts`;
  const test = async (...args: string[]) => {
    const { code, stdout } = await run(Deno.execPath(), ["run", "-A", tool, ...args], { cwd: path });
    return {
      code,
      ran: [...stdout.matchAll(/running [1-9]\d* tests? from \.\/(\S+)/g)].map(([, name]) => name!.replace(/#.*/, "")),
    };
  };
  return { write, test, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const ALL = ["tests/one_test.ts", "tests/two_test.ts", "tests/readme_test.ts", "docs/page.md"];

Deno.test("what has passed is left out until something that it depends on changes", async () => {
  await using place = await checkout();
  assertEquals(await place.test("--new"), { code: 0, ran: ALL });
  assertEquals(await place.test("--new"), { code: 0, ran: [] });
  await place.write("tests/one_test.ts", `${FILES["tests/one_test.ts"]} // the same in other words`);
  assertEquals((await place.test("--new")).ran, ["tests/one_test.ts", "tests/readme_test.ts"]);
  await place.write("README.md", "another");
  assertEquals((await place.test("--new")).ran, ["tests/readme_test.ts"]);
  await place.write("docs/page.md", "```ts\nconst page = 2;\n```\n");
  assertEquals((await place.test("--new")).ran, ["docs/page.md"]);
  // A task is nothing to a test, but to one that may read it.
  await place.write("deno.json", `{ "tasks": { "x": "true" } }`);
  assertEquals((await place.test("--new")).ran, ["tests/readme_test.ts"]);
  await place.write("deno.json", `{ "imports": { "x": "./lib/one.ts" } }`);
  assertEquals((await place.test("--new")).ran, ALL);
});

Deno.test("what has failed is run until it passes, and what passed beside it is not", async () => {
  await using place = await checkout();
  await place.test("--new");
  await place.write("lib/one.ts", "export const one = 10;");
  await place.write("lib/two.ts", "export const two = 0;");
  assertEquals(await place.test("--new"), { code: 1, ran: ["tests/one_test.ts", "tests/two_test.ts"] });
  assertEquals(await place.test("--new"), { code: 1, ran: ["tests/one_test.ts"] });
  await place.write("lib/one.ts", "export const one = 0;");
  // The module has changed: its examples may have another result as well.
  assertEquals(await place.test("--new"), {
    code: 0,
    ran: ["tests/one_test.ts", "tests/readme_test.ts", "docs/page.md"],
  });
});

Deno.test("a failure among the least powerful is told before the others are begun; without --new all are run", async () => {
  await using place = await checkout();
  await place.write("lib/one.ts", "export const one = 10;");
  assertEquals(await place.test("--new"), { code: 1, ran: ["tests/one_test.ts", "tests/two_test.ts"] });
  assertEquals(await place.test(), { code: 1, ran: ALL });
});

Deno.test("without --new all are run, and a run of part of a file is not taken for one of the whole", async () => {
  await using place = await checkout();
  assertEquals((await place.test("--new", "--filter", "nothing has this name")).code, 0);
  assertEquals((await place.test("--new")).ran, ALL);
  assertEquals(await place.test(), { code: 0, ran: ALL });
});

Deno.test("the task for work under way leaves out what has passed, and CI leaves out nothing", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  assertStringIncludes(tasks.ok.command, "deno task test:new");
  assertEquals([tasks.test.command, tasks.test.files], ["deno run -A tools/test.ts", undefined]);
});
