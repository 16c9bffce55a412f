import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const EXPECTED = /^ *\/\/ @ts-expect-error: (.*)$/gm;

Deno.test("the compiler tells of a mistake in the options of serveController once, and says what is wrong", async () => {
  const source = await Deno.readTextFile(new URL("./mistakes.ts", import.meta.url));
  const expected = [...source.matchAll(EXPECTED)].map(([, message]) => message!);
  const dir = await Deno.makeTempDir();
  try {
    const file = `${dir}/mistakes.ts`;
    const absolute = source.replaceAll(EXPECTED, "").replaceAll(
      '"../../',
      `"${new URL("../../", import.meta.url).href}`,
    );
    await Deno.writeTextFile(file, absolute);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--config", fileURLToPath(new URL("../../deno.json", import.meta.url)), file],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    const errors = text.split(/^(?=TS\d+ \[ERROR\])/m).filter((part) => part.startsWith("TS"));
    assertEquals(errors.length, expected.length, text);
    for (const [index, message] of expected.entries()) assertStringIncludes(errors[index]!, message);
    assertEquals(errors.filter((error) => error.includes("No overload matches")), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
