/** Makes an executable of a program by `deno compile`. */

import { runProgram, ShipError } from "../files/mod.ts";

/** Options of {@link compile}. */
export interface CompileOptions {
  readonly cwd: string;
  /** The program's first file. */
  readonly entry: string;
  readonly output: string;
  readonly target: string;
  readonly flags: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** The error of `deno compile` if its runtime part is missing. */
const NO_RUNTIME = /Setting up base binary|denort-\S+\.zip/;

/**
 * Compiles. The executable asks for no permission that it lacks, and writes nothing: Deno's cache of V8's code would be a file
 * in the folder for temporary files.
 *
 * @throws {ShipError} If it cannot be compiled.
 */
export async function compile({ cwd, entry, output, target, flags, signal }: CompileOptions): Promise<void> {
  const fixed = ["--quiet", "--no-prompt", "--no-code-cache"];
  const args = ["compile", ...fixed, ...flags, "--target", target, "--output", output, entry];
  const { success, stderr } = await runProgram(Deno.execPath(), args, { cwd, signal });
  if (success) return;
  const said = stderr.trim().replace(/\n+Stack backtrace:[^]*$/, "").replace(/^error: /, "");
  if (!NO_RUNTIME.test(said)) throw new ShipError(`Cannot compile: ${said}`);
  const wanted = `the denort of Deno ${Deno.version.deno} for ${target}`;
  throw new ShipError(
    `Cannot compile as Deno's runtime part cannot be downloaded: set DENORT_BIN to the path of ${wanted}`,
  );
}
