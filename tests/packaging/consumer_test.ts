/**
 * Whoever uses the module: a project of its own outside the checkout, that imports it as `jsr:@staircase/operator`.
 *
 * What such a project's deno.json takes for a checkout instead of the release, as found out here:
 * - `links` names the checkout, and also each of the checkout's own links: only the root's `links` count, and Deno warns that
 *   it passes over those of a linked package.
 * - The version in `imports` must fit the one in the checkout's deno.json.
 * - The checkout's own imports (`zod`, `@std/log`) resolve by its own deno.json. The project names only what it imports
 *   itself, and npm packages need no node_modules folder.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { CHECKOUT, run, temporaryFolder } from "./programs.ts";

async function makeProject(folder: string): Promise<void> {
  const { version, links, imports } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  const config = {
    imports: { "@staircase/operator": `jsr:@staircase/operator@^${version}`, "zod": imports.zod },
    links: [CHECKOUT, ...links.map((link: string) => resolve(CHECKOUT, link))],
  };
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
  await Deno.copyFile(new URL("consumer/main.ts", import.meta.url), `${folder}/main.ts`);
}

Deno.test("a project outside the checkout type-checks and runs an operator that was written from the README", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path);

  const checked = await run(Deno.execPath(), ["check", "main.ts"], { cwd: folder.path });
  assertEquals(checked.code, 0, checked.stderr);

  const { code, stdout, stderr } = await run(Deno.execPath(), ["run", "--no-prompt", "main.ts"], { cwd: folder.path });
  assertEquals(code, 0, stderr);
  const runs = stdout.split("\n").filter((line) => line.startsWith("default/hello "));
  const changes = [
    "create Secret default/hello",
    "create Deployment default/hello",
    "patch status of Foo default/hello",
  ];
  assertEquals(
    runs.filter((line) => line.includes("Modified")),
    changes.map((change) => `default/hello Modified ${change}`),
  );
  assertMatch(runs.at(-1)!, /NoOp/);
});

Deno.test("a project outside the checkout is told of its mistake by the type checker: an observe step cannot change", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path);
  const program = await Deno.readTextFile(`${folder.path}/main.ts`);
  await Deno.writeTextFile(`${folder.path}/main.ts`, program.replaceAll(".change(", ".observe("));

  const { code, stderr } = await run(Deno.execPath(), ["check", "main.ts"], { cwd: folder.path });

  assertEquals(code, 1);
  assertStringIncludes(stderr, "An observe step cannot return a Change");
});
