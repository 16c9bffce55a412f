import { assert, assertEquals } from "@std/assert";

Deno.test("an object of a large cache takes little more memory than its text", async () => {
  const script = new URL("cache_memory.ts", import.meta.url).pathname;
  const args = ["run", "--no-prompt", "--no-check", "--allow-read", "--v8-flags=--expose-gc", script];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { perObject, perText } = JSON.parse(new TextDecoder().decode(stdout));
  // Measured: 310 bytes beside a text of 681. Were all of them parsed, it would be 512 beside it.
  assert(perText > 500 && perText < 900, `${perText} bytes of text an object`);
  assert(perObject < perText + 420, `${perObject} bytes an object, of which ${perText} are its text`);
});
