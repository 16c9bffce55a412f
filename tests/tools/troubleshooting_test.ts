/** The page of symptoms is only of use while its words are those that the module says. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** All of the module's source, each message in one piece. */
async function sourceText(folder: URL): Promise<string> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const at = new URL(name, folder);
    if (isDirectory) texts.push(await sourceText(new URL(`${at.href}/`)));
    else if (name.endsWith(".ts")) texts.push(await Deno.readTextFile(at));
  }
  return texts.join("\n").replace(/["`]\s*\+\s*["`]/g, "");
}

/** What the first column of the tables quotes, without the parts that stand for names and numbers. */
function quotedWords(page: string): string[] {
  const cells = page.split("\n").filter((line) => /^\| [^|]*`/.test(line)).map((line) => line.split("|")[1]!);
  const quotes = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, quote]) => quote!));
  return quotes.flatMap((quote) => quote.split("…")).map((words) => words.trim()).filter((words) => words.length > 8);
}

Deno.test("each message that the page of troubles quotes is one of the module", async () => {
  const words = quotedWords(await Deno.readTextFile(new URL("docs/troubleshooting.md", ROOT)));
  assert(words.length > 30, `${words.length} quotes`);
  const source = await sourceText(new URL("lib/", ROOT));
  assertEquals(words.filter((each) => !source.includes(each)), []);
});
