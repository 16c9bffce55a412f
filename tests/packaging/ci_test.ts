/** `.ci/run`: what it runs, and what it makes of the results. Its commands are played, so that this takes seconds. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CHECKOUT, type Ended, run, temporaryFolder } from "./programs.ts";

/** Plays `npx`: notes the arguments, and does what a script says for the task. */
const NPX = `#!/usr/bin/env bash
echo "$*" >>"$PLAYED"
read -r -t 5 line && echo "there is input: $line"
case "$*" in
  *"task test") SCRIPT_TEST ;;
  *"task test:cluster") SCRIPT_CLUSTER ;;
  *"task ok:static") SCRIPT_STATIC ;;
esac
`;

const PASSED = "echo 'ok | 65 passed (12 steps) | 0 failed | 3 ignored (2s)'";

interface Played extends Ended {
  /** The last line of the output. */
  readonly lastLine: string;
  /** The commands. */
  readonly commands: string[];
}

/** Runs a copy of `.ci/run` in a folder that holds nothing else. */
async function play(scripts: { test?: string; cluster?: string; static?: string }): Promise<Played> {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/main/.ci`, { recursive: true });
  await Deno.mkdir(`${path}/bin`);
  await Deno.copyFile(`${CHECKOUT}.ci/run`, `${path}/main/.ci/run`);
  const npx = NPX.replace("SCRIPT_TEST", scripts.test ?? PASSED)
    .replace("SCRIPT_CLUSTER", scripts.cluster ?? PASSED)
    .replace("SCRIPT_STATIC", scripts.static ?? "true");
  await Deno.writeTextFile(`${path}/bin/npx`, npx, { mode: 0o755 });
  const env = { PATH: `${path}/bin:${Deno.env.get("PATH")}`, PLAYED: `${path}/played`, DENORT_BIN: undefined };
  const ended = await run(`${path}/main/.ci/run`, [], { cwd: path, env });
  const commands = (await Deno.readTextFile(`${path}/played`)).trimEnd().split("\n");
  return { ...ended, lastLine: ended.stdout.trimEnd().split("\n").at(-1)!, commands };
}

Deno.test("CI runs the gate, the README's test command and the cluster tests, in this order", async () => {
  const { code, lastLine, commands } = await play({});
  assertEquals(commands.map((command) => command.replace(/^-y deno@\S+ /, "")), [
    "task ok:static",
    "task test",
    "task test:cluster",
  ]);
  assertStringIncludes(await Deno.readTextFile(`${CHECKOUT}README.md`), `npx ${commands[1]}`);
  assertEquals([code, lastLine], [0, "130 passed, 0 failed, 6 skipped"]);
});

Deno.test("CI counts failed tests, goes on with the other stages, and fails", async () => {
  const failing = "echo 'FAILED | 60 passed | 5 failed (2s)'; exit 1";
  const { code, lastLine, commands } = await play({ test: failing });
  assertEquals(commands.length, 3);
  assertEquals([code, lastLine], [1, "125 passed, 5 failed, 3 skipped"]);
});

Deno.test("CI counts a stage that fails without a failed test as one failure", async () => {
  const nothing = "echo 'ok | 1 passed | 0 failed (1ms)'";
  const { code, lastLine } = await play({
    test: nothing,
    cluster: `${nothing}; exit 1`,
    static: "echo 'not formatted'; exit 1",
  });
  assertEquals([code, lastLine], [1, "2 passed, 2 failed"]);
});

Deno.test("CI ends what a stage has left behind, before it goes on", async () => {
  const leftover = `( trap 'echo leftover has ended >>"$PLAYED"; exit' TERM; while :; do sleep 0.1; done ) & sleep 0.2`;
  const { code, commands } = await play({ test: `${leftover}; ${PASSED}` });
  assertEquals(code, 0);
  assertEquals(commands.indexOf("leftover has ended"), 2);
});
