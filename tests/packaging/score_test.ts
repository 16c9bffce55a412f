/**
 * What JSR's score of a package counts, as far as the package itself decides it. The rest is set on JSR by hand: CONTRIBUTING.md
 * says what, and where. That there are no slow types, `deno task publish:dry` holds, which is part of the gate; that the
 * provenance is kept, `workflows_test.ts`.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { readEntries } from "../../tools/entries.ts";
import { CHECKOUT, run } from "./programs.ts";

interface Doc {
  readonly doc?: string;
  readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
}

interface Page {
  readonly module_doc?: Doc;
  readonly symbols: readonly { readonly name: string; readonly declarations: readonly { readonly jsDoc?: Doc }[] }[];
}

const config = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
const entries = await readEntries();

/** The documentation of a door. Asked of several at once, Deno would tell of what they share only by a reference. */
async function pageOf(path: string): Promise<Page> {
  const { code, stdout, stderr } = await run(Deno.execPath(), ["doc", "--json", path]);
  assertEquals(code, 0, stderr);
  return Object.values<Page>(JSON.parse(stdout).nodes)[0]!;
}

const documented: [door: string, page: Page][] = [];
for (const [door, path] of entries) documented.push([door, await pageOf(path)]);

Deno.test("each door says what it is for, with an example", () => {
  assertEquals(documented.map(([door]) => door), Object.keys(config.exports));
  for (const [door, { module_doc }] of documented) {
    assertMatch(module_doc?.doc ?? "", /\S/, door);
    const examples = module_doc?.tags?.filter(({ kind, doc }) => kind === "example" && doc?.includes("```"));
    assert((examples?.length ?? 0) > 0, `${door} has no example`);
  }
});

Deno.test("every exported name is documented: JSR wants four in five", () => {
  const all = documented.flatMap(([door, { symbols }]) => symbols.map((symbol) => ({ door, ...symbol })));
  assert(all.length > 300, `${all.length} names`);
  const silent = all.filter(({ declarations }) => !declarations.some(({ jsDoc }) => /\S/.test(jsDoc?.doc ?? "")));
  assertEquals(silent.map(({ door, name }) => `${door}: ${name}`), []);
});

Deno.test("the README is published, and shows an example", async () => {
  assert(config.publish.include.includes("README.md"));
  assertMatch(await Deno.readTextFile(`${CHECKOUT}README.md`), /^```ts/m);
});

Deno.test("name, version and licence are what JSR takes", () => {
  assertMatch(config.name, /^@[a-z0-9-]{2,20}\/[a-z0-9-]{2,58}$/);
  assertMatch(config.version, /^\d+\.\d+\.\d+/);
  assertEquals(config.license, "MIT OR Apache-2.0");
});

Deno.test("what is set on JSR by hand is written down: the description, the runtimes, who may publish", async () => {
  const page = await Deno.readTextFile(`${CHECKOUT}CONTRIBUTING.md`);
  const section = /\n## Releasing\n(.*?)(\n## |$)/s.exec(page)![1]!;
  const [, description] = /^- \*\*Description\*\*: "([^"]+)"/m.exec(section)!;
  assert(description!.replaceAll(/\s+/g, " ").length <= 250, "JSR's limit is 250 characters");
  for (const setting of ["**Runtime compatibility**: Deno", "**GitHub repository**"]) {
    assert(section.includes(setting), setting);
  }
});
