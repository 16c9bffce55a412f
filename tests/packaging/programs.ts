/** What the tests of the packages share: the programs that may be at hand, and running them. */

import { fileURLToPath } from "node:url";

/** The folder of the checkout, with a slash at its end. */
export const CHECKOUT: string = fileURLToPath(new URL("../../", import.meta.url));

/** What a program did. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link run}. */
export interface RunOptions {
  /** Where it runs; the checkout unless told. */
  cwd?: string;
  /** More environment variables; `undefined` takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end, without input and without colours. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd = CHECKOUT, env = {} }: RunOptions = {},
): Promise<Ended> {
  const all = Object.entries({ ...Deno.env.toObject(), NO_COLOR: "1", ...env }).filter(([, value]) =>
    value !== undefined
  );
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    clearEnv: true,
    env: Object.fromEntries(all) as Record<string, string>,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** An environment variable; `undefined` when it is not set, or must not be read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}

/** Deno's runtime part and the Deno of the same version. Compiling with others would take a download. */
export function compilerAtHand(): { deno: string; denort: string } | undefined {
  const [deno, denort] = [variable("DENO_2_6"), variable("DENORT_BIN")];
  return deno && denort ? { deno, denort } : undefined;
}

/** A folder for a test; it goes when the test ends. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "staircase-packaging-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
