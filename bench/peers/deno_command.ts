/** The commands and flags of operators on Deno, in one place. */

import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "../../lib/ship/build/mod.ts";

/** Flags of `deno run` for every operator on Deno; `deno compile` gets those that it accepts. */
export const DENO_FLAGS: readonly string[] = ["--quiet", "--no-prompt", "--allow-all", V8_FLAGS];

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = `${CHECKOUT}deno.json`;

/**
 * As docs/scale.md recommends for production. Otherwise Deno checks once a day for a newer version, with a client of
 * its own.
 */
export const DENO_ENVIRONMENT: Readonly<Record<string, string>> = { DENO_NO_UPDATE_CHECK: "1" };

/** The command for a program without imports: a bundle that needs no other files. */
export function denoRunAlone(script: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", "--no-config", ...DENO_FLAGS, ...moreFlags, script];
}

/**
 * The command that starts an operator without a cluster, so that it ends. After that, the files that Deno caches at the
 * first start exist, as docs/scale.md recommends for an image.
 */
export function denoStartOnce(command: readonly string[]): string[] {
  return ["sh", "-c", 'KUBECONFIG=/nowhere "$@" || true', "sh", ...command];
}

/** The command for a program of this checkout, with the Deno that runs the harness. */
export function denoRun(script: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, script];
}

/** The command that compiles a program into an executable. */
export function denoCompile(script: string, output: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "compile", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, "--output", output, script];
}

/** The command that bundles a program into one file. The path is inside a checkout, by default this one. */
export function denoBundle(script: string, output: string, checkout = CHECKOUT): string[] {
  return [
    Deno.execPath(),
    "bundle",
    "--quiet",
    "--minify",
    `--config=${checkout}/deno.json`,
    "--output",
    output,
    `${checkout}/${script}`,
  ];
}

/** The command that fetches the imports of a program. */
export function denoCache(script: string): string[] {
  return [Deno.execPath(), "cache", "--quiet", `--config=${CONFIG}`, script];
}
