/** The names of a bundled program's files. */

import { assertEquals } from "@std/assert";
import { renameParts } from "../../lib/ship/build/part_names.ts";

const built = (hash: string) => [
  { name: `chunk-${hash}B.js`, code: `import{a}from"./chunk-${hash}A.js";export{b}` },
  { name: `chunk-${hash}A.js`, code: "export{a}" },
  {
    name: "operator.js",
    code: `import{b}from"./chunk-${hash}B.js";import"./chunk-${hash}A.js";await import("./lazy-${hash}.js")`,
  },
  { name: `lazy-${hash}.js`, code: `import{a}from"./chunk-${hash}A.js";const text='from "./nothing.js"'` },
];

Deno.test("the names depend on the order of the imports, and not on what the files were called", () => {
  const { entry, files } = renameParts(built("X"), "operator.js");
  assertEquals(entry, "main.js");
  assertEquals(files.map(({ name, code }) => [name, code]), [
    ["main.js", 'import{b}from"./part-1.js";import"./part-2.js";await import("./part-3.js")'],
    ["part-1.js", 'import{a}from"./part-2.js";export{b}'],
    ["part-2.js", "export{a}"],
    ["part-3.js", `import{a}from"./part-2.js";const text='from "./nothing.js"'`],
  ]);
  assertEquals(renameParts(built("Y").reverse(), "operator.js"), { entry, files });
});
