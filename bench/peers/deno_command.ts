/** How operators that run on Deno are run: the flags, in one place. */

import { fileURLToPath } from "node:url";

/**
 * Flags of `deno run`, and where they apply of `deno compile`, for every operator on Deno. A small space for young objects: by
 * default it grows to 32 MiB, of which a list takes all, and moves what survives there twice (`docs/scale.md`).
 */
export const DENO_FLAGS: readonly string[] = [
  "--quiet",
  "--no-prompt",
  "--allow-all",
  "--v8-flags=--max-semi-space-size=4",
];

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The command that runs a program with the Deno that runs the harness. */
export function denoRun(script: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, script];
}

/** The command that makes a program one executable. */
export function denoCompile(script: string, output: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "compile", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, "--output", output, script];
}

/** The command that makes a program one file. */
export function denoBundle(script: string, output: string): string[] {
  return [Deno.execPath(), "bundle", "--quiet", `--config=${CONFIG}`, "--output", output, script];
}

/** The command that fetches what a program imports. */
export function denoCache(script: string): string[] {
  return [Deno.execPath(), "cache", "--quiet", `--config=${CONFIG}`, script];
}
