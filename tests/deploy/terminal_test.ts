/** A promise about operators before a terminal: with `--no-prompt`, which every form goes with, no step makes Deno ask a person. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { denos, hasScript } from "../kube/connect/fixtures.ts";
import { CHECKOUT } from "../packaging/programs.ts";

const isThere = await hasScript();

for (const [version, deno] of denos) {
  // By the flag, and by the variable, which Deno itself reads at its start.
  for (const [flag, value] of [["--no-prompt", ""], ["", "1"]]) {
    Deno.test({
      name: `before a terminal a trespassing step fails as elsewhere, by ${flag || "DENO_NO_PROMPT"}; on ${version}`,
      ignore: deno === undefined || !isThere,
      fn: async () => {
        const program = `${CHECKOUT}tests/deploy/terminal_program.ts`;
        const command = `${deno} run ${flag} --no-check --config=${CHECKOUT}deno.json ${program}`;
        const { stdout, success } = await new Deno.Command("script", {
          args: ["-qec", command, "/dev/null"],
          stdin: "null",
          env: { NO_COLOR: "1", DENO_NO_PROMPT: value! },
          signal: AbortSignal.timeout(60_000),
        }).output();
        assertEquals(success, true);
        const { outcome, error } = JSON.parse(new TextDecoder().decode(stdout).trim());
        assertEquals(outcome, "Failed");
        assertStringIncludes(error, 'env access to "HOME" is not permitted');
      },
    });
  }
}
