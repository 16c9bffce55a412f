/** `deno task audit`, against a registry of the test's own. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CHECKOUT, type Ended, run } from "../packaging/programs.ts";

const { tasks } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));

/** Runs the task's command where npm's registry is at the address. */
async function audit(registry: string): Promise<Ended> {
  const [program, ...args] = (tasks.audit.command as string).split(" ");
  assertEquals(program, "deno");
  return await run(Deno.execPath(), args, { env: { NPM_CONFIG_REGISTRY: registry } });
}

/** A registry that knows these advisories. */
function registry(advisories: unknown) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    await request.text();
    return Response.json(advisories);
  });
}

Deno.test("a package with a known vulnerability fails the gate, and is named", async () => {
  const advisory = {
    ...{ id: 1, url: "https://example.com/advisory", title: "prototype pollution", severity: "low" },
    ...{ vulnerable_versions: "<99.0.0", cwe: [], cvss: { score: 3, vectorString: null } },
  };
  await using server = registry({ zod: [advisory] });
  const { code, stdout } = await audit(`http://127.0.0.1:${server.addr.port}/`);
  assertEquals(code, 1);
  assertStringIncludes(stdout, "prototype pollution");
});

Deno.test("where no vulnerability is known, the gate goes on", async () => {
  await using server = registry({});
  assertEquals((await audit(`http://127.0.0.1:${server.addr.port}/`)).code, 0);
});

Deno.test("a registry that cannot be asked is told, and does not fail the gate", async () => {
  const { code, stdout, stderr } = await audit("http://127.0.0.1:1/");
  assertEquals(code, 0);
  assertStringIncludes(stdout + stderr, "Failed to get data from the registry");
});

Deno.test("the audit is part of the gate, in CI too", async () => {
  assertStringIncludes(tasks["ok:static"].command, "deno task audit");
  assertStringIncludes(await Deno.readTextFile(`${CHECKOUT}.ci/run`), "task ok:static");
});
