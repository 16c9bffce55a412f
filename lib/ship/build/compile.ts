/** Makes an executable of a program by `deno compile`. */

import { runProgram, ShipError } from "../files/mod.ts";

/** Options of {@link compile}. */
export interface CompileOptions {
  readonly cwd: string;
  /** The program's first file. */
  readonly entry: string;
  /** What the program is called, wherever its executable is put. */
  readonly name: string;
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
export async function compile(options: CompileOptions): Promise<void> {
  const { cwd, entry, name, output, target, flags, signal } = options;
  const fixed = ["--quiet", "--no-prompt", "--no-code-cache", "--target", target, "--output", output];
  const newer = await known([`--app-name=${name}`, "--exclude-unused-npm"], flags, cwd);
  const args = ["compile", ...fixed, ...newer, ...flags, entry];
  const { success, stderr } = await runProgram(Deno.execPath(), args, { cwd, signal });
  if (success) return;
  const said = stderr.trim().replace(/\n+Stack backtrace:[^]*$/, "").replace(/^error: /, "");
  if (!NO_RUNTIME.test(said)) throw new ShipError(`Cannot compile: ${said}`);
  const wanted = `the denort of Deno ${Deno.version.deno} for ${target}`;
  throw new ShipError(
    `Cannot compile as Deno's runtime part cannot be downloaded: set DENORT_BIN to the path of ${wanted}`,
  );
}

/** Those flags that this Deno knows, and that are not given yet. */
async function known(wanted: readonly string[], given: readonly string[], cwd: string): Promise<string[]> {
  const { stdout } = await runProgram(Deno.execPath(), ["compile", "--help"], { cwd });
  const nameOf = (flag: string) => flag.split("=", 1)[0]!;
  const isGiven = (flag: string) => given.some((other) => nameOf(other) === nameOf(flag));
  return wanted.filter((flag) => stdout.includes(` ${nameOf(flag)}`) && !isGiven(flag));
}
