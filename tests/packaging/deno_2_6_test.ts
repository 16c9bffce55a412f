/** The oldest Deno that is supported: the module type-checks on it, and what needs no cluster works. */

import { assertEquals, assertMatch } from "@std/assert";
import { readEntries } from "../../tools/entries.ts";
import { run, variable } from "./programs.ts";

const deno = variable("DENO_2_6");
// Only one Deno runs the tests; the environment variable DENO_2_6 names the other.
const ignore = deno === undefined;

Deno.test({
  name: "the module, its example and its tools type-check on Deno 2.6",
  ignore,
  fn: async () => {
    const { code, stderr } = await run(deno!, ["check", ...(await readEntries()).values(), "examples/", "tools/"]);
    assertEquals(code, 0, stderr);
  },
});

Deno.test({
  name: "steps, Runs and the queue pass their tests on Deno 2.6, with no permission",
  ignore,
  fn: async () => {
    const { code, stdout, stderr } = await run(deno!, [
      "test",
      "--no-prompt",
      "tests/steps/",
      "tests/run/",
      "tests/queue/",
    ]);
    assertEquals(code, 0, stdout + stderr);
    assertMatch(stdout, /^ok \| [1-9]\d* passed \| 0 failed/m);
  },
});

Deno.test({
  name: "the first example ends well on Deno 2.6, with no permission",
  ignore,
  fn: async () => {
    const { code, stderr } = await run(deno!, ["run", "--no-prompt", "examples/simple.ts"]);
    assertEquals(code, 0, stderr);
  },
});
