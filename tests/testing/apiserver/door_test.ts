/** The doors: who imports `./testing` does not get what runs programs. */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../../", import.meta.url).href;

/** The module's files that an entry point imports, at whatever distance. */
async function filesBehind(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", ROOT + entry] }).output();
  const { modules }: { modules: { specifier: string }[] } = JSON.parse(new TextDecoder().decode(stdout));
  return modules.map(({ specifier }) => specifier.replace(ROOT, ""));
}

Deno.test("whoever imports ./testing or the main door needs no permission to run programs of a control plane", async () => {
  const isServer = (path: string) => path.startsWith("lib/testing/apiserver/");
  for (const entry of ["lib/testing/mod.ts", "mod.ts"]) assertEquals((await filesBehind(entry)).filter(isServer), []);
  assert((await filesBehind("lib/testing/apiserver/mod.ts")).some(isServer));
});

Deno.test("the watchdog imports no package: it runs without the configuration that says where packages are", async () => {
  const files = await filesBehind("lib/testing/apiserver/watchdog.ts");
  assertEquals(files.filter((file) => !file.startsWith("lib/testing/apiserver/")), []);
});
