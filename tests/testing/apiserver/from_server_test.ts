/** The module comes from a server, as from JSR: what has to be there as files is there. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CHECKOUT, run, temporaryFolder } from "../../packaging/programs.ts";
import { eventually } from "../../cluster/eventually.ts";

/** Serves the checkout, and runs a program that imports from there, without the checkout's configuration. */
async function runFromServer(program: (room: string) => string, then?: () => Promise<unknown>): Promise<string> {
  await using folder = await temporaryFolder();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const headers = new Headers(pathname.endsWith(".ts") ? { "content-type": "application/typescript" } : {});
    return new Response(await Deno.readFile(CHECKOUT + pathname.slice(1)), { headers });
  });
  const room = `http://127.0.0.1:${server.addr.port}/lib/testing/apiserver`;
  const file = `${folder.path}/program.ts`;
  await Deno.writeTextFile(file, program(room));
  const env = { DENO_DIR: `${folder.path}/deno`, TMPDIR: folder.path };
  const { code, stdout, stderr } = await run(Deno.execPath(), ["run", "-A", "--no-config", file], { env });
  assertEquals(code, 0, stderr);
  await then?.(); // while what it has loaded is still there
  return stdout.trim();
}

Deno.test("the versions that are built are read from where the module comes from", async () => {
  const text = await runFromServer((room) =>
    `import { moduleFile } from "${room}/build/recipes.ts"; console.log(await moduleFile("kwok", "go.mod"));`
  );
  assertEquals(text, (await Deno.readTextFile(`${CHECKOUT}lib/testing/apiserver/build/go/kwok/go.mod`)).trim());
  assertStringIncludes(text, "sigs.k8s.io/kwok");
});

Deno.test({
  name: "the watchdog runs from where the module comes from, and stops what its owner leaves",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const dir = await Deno.makeTempDir({ prefix: "staircase-watched-" });
    await Deno.mkdir(`${dir}/logs`);
    const program = (room: string) => `
      import { startWatchdog } from "${room}/watchdog.ts";
      import { writeState } from "${room}/state.ts";
      await writeState("${dir}/state.json", { dir: "${dir}", processes: [], keepFolder: false } as never);
      await startWatchdog("${dir}/state.json");`;
    await runFromServer(program, () => eventually(() => isGone(dir), { within: 30_000 }));
  },
});

async function isGone(path: string): Promise<true | undefined> {
  return await Deno.stat(path).then(() => undefined, () => true);
}
