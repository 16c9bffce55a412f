/** Every example on a real control plane: the same play as on the embedded cluster, with the same writes. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { PLAYS, rowOf, TABLE_HEAD } from "../../examples/plays.ts";
import { Stage } from "../../examples/stage.ts";
import { formatPermissionFlags } from "../../lib/doors/cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { ExamplesFixture } from "./examples_fixture.ts";

/** How long a play may take, in milliseconds. */
const LONGEST = 60_000;

const EXAMPLES = new URL("../../examples/", import.meta.url);
const PROGRAMS = [
  ["simple.ts"],
  ["order/main.ts", "--shop=http://127.0.0.1:9"],
  ["multi/main.ts"],
  ["website/main.ts"],
  ["elevator/main.ts", "--page-port=0"],
] as const;

const table = [TABLE_HEAD];

for (const { name, writes, play } of PLAYS) {
  clusterTest(
    `example ${name} makes the ${writes} writes on a real cluster that it makes on the embedded one`,
    async (cluster) => {
      await using fixture = await ExamplesFixture.create(cluster, name);
      const lines: string[] = [];
      await using stage = new Stage({
        ...fixture.clients,
        namespace: fixture.namespace,
        say: (line) => lines.push(line),
      });
      await within(LONGEST, play(stage), lines);
      await stage.end();
      const made = await fixture.writes(writes);
      assertEquals(made.length, writes, lines.join("\n"));
      assertEquals(made.filter(({ responseStatus }) => responseStatus!.code! >= 300), []);
      const { runs, changes, failures } = stage.show;
      table.push(rowOf(name, "real", runs, changes, made.length, failures, "as told"));
    },
  );
}

clusterTest("the table of the examples has a row for each", () => {
  // deno-lint-ignore no-console -- what the reader of a test's output wants to see
  console.log(`\n${table.join("\n")}`);
  assertEquals(table.length, 1 + PLAYS.length);
  return Promise.resolve();
});

for (const [program, ...args] of PROGRAMS) {
  const name =
    `examples/${program} serves the cluster of the kubeconfig with exactly the permissions that it prints, ` +
    "until it is told to end";
  clusterTest(name, async (cluster) => {
    await using fixture = await ExamplesFixture.create(cluster, "program");
    const main = new URL(program, EXAMPLES).href;
    const env = { KUBECONFIG: fixture.kubeconfig, NO_COLOR: "1" };
    const permissions = ["permissions", "--for", "kubeconfig", "--format", "json", ...args];
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read", "--allow-env", main, ...permissions],
      env,
    }).output();
    const flags = formatPermissionFlags(JSON.parse(new TextDecoder().decode(stdout)));
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...flags, main, "run", "--log-level=debug", ...args],
      env,
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    const output = Promise.all([new Response(process.stdout).text(), new Response(process.stderr).text()]);
    await fixture.watching();
    process.kill("SIGTERM");
    const [log, errors] = await output;
    assertEquals((await process.status).code, 0, errors);
    assertStringIncludes(log + errors, cluster.url);
  });
}

/** A play that stands still tells how far it came. */
async function within(milliseconds: number, play: Promise<unknown>, lines: readonly string[]): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not over in time:\n${lines.join("\n")}`)), milliseconds);
  try {
    await Promise.race([play, promise]);
  } finally {
    clearTimeout(timer);
  }
}
