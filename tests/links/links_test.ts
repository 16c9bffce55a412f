/**
 * A promise about the drop-ins: each holds, of its package's API, what this project imports, and nothing else. When a test
 * fails, `unused` is what to delete from the drop-in, `missing` what to add.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { addImports, exportsOf, type ImportedNames } from "./imports.ts";

const root = new URL("../../", import.meta.url);
const permissions = { read: [root] };
const ignore = (await Deno.permissions.query({ name: "read", path: root })).state !== "granted";

/** The tests of the drop-ins themselves do not count: they use whatever there is. */
const LEFT_OUT = ["links/", "tests/links/", "node_modules/", "dist/", "coverage/"];

async function* sources(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, root))) {
    const path = `${directory}${name}`;
    if (name.startsWith(".") || LEFT_OUT.includes(`${path}/`)) continue;
    if (isDirectory) yield* sources(`${path}/`);
    else if (/\.(ts|tsx|md)$/.test(name)) yield path;
  }
}

interface DropIn {
  readonly specifier: string;
  readonly exports: readonly string[];
}

async function dropIns(): Promise<DropIn[]> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const all = await Promise.all((config.links as string[]).map(async (link) => {
    const folder = new URL(`${link}/`, root);
    const { name, exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
    const entries = Object.entries<string>(typeof exports === "string" ? { ".": exports } : exports);
    return entries.map(async ([key, file]) => ({
      specifier: `${name}${key.slice(1)}`,
      exports: exportsOf(await Deno.readTextFile(new URL(file, folder))),
    }));
  }));
  return await Promise.all(all.flat());
}

async function importedNames(packages: readonly DropIn[]): Promise<ImportedNames> {
  const names = packages.map(({ specifier }) => specifier.split("/").slice(0, 2).join("/"));
  const isPackage = (specifier: string) => names.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  const imported: ImportedNames = new Map();
  for await (const path of sources("")) {
    const text = await Deno.readTextFile(new URL(path, root));
    try {
      addImports(imported, text, isPackage);
    } catch (cause) {
      throw new Error(`${path} imports a package that has a drop-in, ${(cause as Error).message}`, { cause });
    }
  }
  return imported;
}

Deno.test("each drop-in exports exactly what is imported from its package", { ignore, permissions }, async () => {
  const all = await dropIns();
  const imported = await importedNames(all);
  const report = all.map(({ specifier, exports }) => {
    const names = imported.get(specifier) ?? new Set();
    return {
      specifier,
      unused: exports.filter((name) => !names.has(name)).sort(),
      missing: [...names].filter((name) => !exports.includes(name)).sort(),
    };
  });
  assertEquals(report, all.map(({ specifier }) => ({ specifier, unused: [], missing: [] })));
});

Deno.test("whatever is imported has a drop-in for its entry", { ignore, permissions }, async () => {
  const all = await dropIns();
  const specifiers = all.map(({ specifier }) => specifier);
  const imported = await importedNames(all);
  assertEquals([...imported.keys()].filter((specifier) => !specifiers.includes(specifier)), []);
});

const isStd = (specifier: string) => specifier.startsWith("@std/");

Deno.test("imports are found in code and in examples, over several lines, by the package's name for them", () => {
  const imported: ImportedNames = new Map();
  const code =
    'import { a, type B, c as d } from "@std/x";\nexport type { E } from "@std/x";\nimport { no } from "./no.ts";\n';
  addImports(imported, `${code}/**\n * import {\n *   f,\n * } from "@std/y/z";\n */`, isStd);
  assertEquals(imported, new Map([["@std/x", new Set(["a", "B", "c", "E"])], ["@std/y/z", new Set(["f"])]]));
});

Deno.test("an import that hides what is used is refused", () => {
  for (const statement of ['import * as x from "@std/x"', 'import "@std/x"', 'await import("@std/x")']) {
    assertThrows(() => addImports(new Map(), statement, isStd), Error, "not imported by name");
  }
});

Deno.test("exports are found as lists and as declarations", () => {
  const source =
    'export { a, type B } from "./a.ts";\nexport class C {}\nexport abstract class D {}\nexport const e = 1;\n';
  assertEquals(exportsOf(source), ["a", "B", "C", "D", "e"]);
});
