import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);
const PLACES = ["lib", "tests", "tools", "bench", "examples", "docs", "links"];

/** A file of the checkout, as pages and comments name it: with its whole path, after a blank, a bracket or a backtick. */
const NAMED = new RegExp(`(?<=[\\s\`(])(?:${PLACES.join("|")})/[\\w./-]*\\w(?:\\.ts|\\.md)\\b`, "g");

/** What is not looked at: former days, what is downloaded, and a house that is made up. */
const LEFT_OUT = ["bench/results", "node_modules", "CHANGELOG.md", "tests/tools/layers_test.ts"];

/** Pages and sources, but for what is built. */
async function* texts(directory = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(`./${directory}`, ROOT))) {
    const path = `${directory}${name}`;
    if (name.startsWith(".") || LEFT_OUT.includes(path)) continue;
    if (isDirectory && (directory !== "" || PLACES.includes(name))) yield* texts(`${path}/`);
    else if (isFile && /\.(md|ts)$/.test(name)) yield path;
  }
}

Deno.test("each file that a page or a comment names by its path is there", async () => {
  const missing: string[] = [];
  let named = 0;
  for await (const path of texts()) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [file] of text.matchAll(NAMED)) {
      named++;
      const isThere = await Deno.stat(new URL(file, ROOT)).then(() => true, () => false);
      if (!isThere) missing.push(`${path} names ${file}`);
    }
  }
  assertEquals(missing, []);
  assert(named > 50, `only ${named} names were found: the pattern sees too little`);
});
