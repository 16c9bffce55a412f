/** The default logger writes lines together, and loses none. */

import { assertEquals } from "@std/assert";

const ROOT = new URL("../../../", import.meta.url);
const LINES = 300;

/** Runs a program that logs, and gives what it wrote: the messages, and by how many writes. */
async function logged(code: string): Promise<{ messages: string[]; writes: number }> {
  const program = `
    import { createLogger } from "${new URL("mod.ts", ROOT).href}";
    const log = createLogger({ format: "json" });
    let writes = 0;
    const write = console.log;
    console.log = (...args) => (writes++, write(...args));
    ${code}
    addEventListener("unload", () => console.error(writes));`;
  const url = `data:text/typescript,${encodeURIComponent(program)}`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `--config=${new URL("deno.json", ROOT).pathname}`, url],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  const lines = text(stdout).split("\n").filter((line) => line !== "");
  return { messages: lines.map((line) => JSON.parse(line).message), writes: Number(/^\d+$/m.exec(text(stderr))?.[0]) };
}

const numbers = Array.from({ length: LINES }, (_, at) => `${at}`);
const say = `for (let at = 0; at < ${LINES}; at++) log.info(String(at));`;

Deno.test("lines of a busy moment are written together, in order", async () => {
  const { messages, writes } = await logged(say);
  assertEquals(messages, numbers);
  assertEquals(writes, 2, "at most 256 lines are kept back");
});

Deno.test("a warning is written at once, after the lines before it", async () => {
  const { messages, writes } = await logged(`log.info("a"); log.warn("b"); log.info("c");`);
  assertEquals(messages, ["a", "b", "c"]);
  assertEquals(writes, 2);
});

for (
  const [name, end] of [
    ["exits", "Deno.exit(0);"],
    ["dies of an error", "setTimeout(() => { throw new Error('over'); });"],
    ["dies of a rejection", "Promise.reject(new Error('over'));"],
  ]
) {
  Deno.test(`what is kept back is written when the process ${name}`, async () => {
    assertEquals((await logged(`${say} ${end}`)).messages, numbers);
  });
}
