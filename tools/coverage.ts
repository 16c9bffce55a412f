// deno-lint-ignore-file no-console -- a tool's output
/**
 * What the tests that need nothing but Deno reach of `lib/`: `deno task coverage [deno test's arguments]`.
 *
 * Prints the lines and branches reached, by room and in all, and the files that are reached least: to be looked at, not a
 * threshold. A line that is reached is not one that is held to anything.
 */

import { coverageOf, tableOf } from "./coverage_report.ts";

const ROOT = new URL("../", import.meta.url);

async function main(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "staircase-coverage-" });
  try {
    const tool = new URL("test.ts", import.meta.url).href;
    const tests = ["run", "-A", tool, "--no-check", `--coverage=${folder}`, "--coverage-raw-data-only", ...args];
    const { code } = await new Deno.Command(Deno.execPath(), { args: tests, cwd: ROOT }).spawn().status;
    const files = coverageOf(await lcov(folder), ROOT.pathname);
    console.log(tableOf(files));
    return code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function lcov(folder: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--lcov", `--include=^${ROOT.href}lib/`, folder],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
