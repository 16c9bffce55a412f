/** Test sanitizers: off by default since Deno 2.8, and on in the tasks, so that nothing a test leaves behind goes unseen. */

import { assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { run, temporaryFolder } from "../packaging/programs.ts";

const VARIABLES = { DENO_TEST_SANITIZE_OPS: "1", DENO_TEST_SANITIZE_RESOURCES: "1" };

Deno.test("every task that runs tests turns the sanitizers on", async () => {
  const prefix = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value} `).join("");
  const commands = Object.values(config.tasks).map((task) => typeof task === "string" ? task : task.command);
  const testing = commands.filter((command) => /\btest --/.test(command));
  assertEquals(testing.length, 2);
  assertEquals(testing.filter((command) => !command.startsWith(prefix)), []);
  const [cluster, tool] = await Promise.all(
    ["../cluster/run.ts", "../../tools/test.ts"].map((path) => Deno.readTextFile(new URL(path, import.meta.url))),
  );
  for (const [name, value] of Object.entries(VARIABLES)) {
    assertMatch(cluster!, new RegExp(`${name}: "${value}"`));
    assertMatch(tool!, new RegExp(`${name}: "${value}"`));
  }
});

Deno.test("with them on, a timer and a socket that are left behind fail their tests", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/leaks_test.ts`;
  await Deno.writeTextFile(
    file,
    `Deno.test("timer", () => void setTimeout(() => {}, 60_000));
     Deno.test("socket", () => void Deno.listen({ port: 0 }));`,
  );
  const { code, stdout } = await run(Deno.execPath(), ["test", "--allow-net", file], { env: VARIABLES });
  assertEquals(code, 1);
  assertMatch(stdout, /0 passed \| 2 failed/);
});
