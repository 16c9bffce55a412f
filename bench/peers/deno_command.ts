/** How operators that run on Deno are run: the flags, in one place. */

import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "../../tools/v8_flags.ts";

/** Flags of `deno run`, and where they apply of `deno compile`, for every operator on Deno. */
export const DENO_FLAGS: readonly string[] = ["--quiet", "--no-prompt", "--allow-all", V8_FLAGS];

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = `${CHECKOUT}deno.json`;

/** As docs/scale.md says to run what is shipped. Deno otherwise asks once a day whether there is a newer one, with a client of its own. */
export const DENO_ENVIRONMENT: Readonly<Record<string, string>> = { DENO_NO_UPDATE_CHECK: "1" };

/** The command that runs a program that imports nothing by a name: a bundle, as it is where there are no other files. */
export function denoRunAlone(script: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", "--no-config", ...DENO_FLAGS, ...moreFlags, script];
}

/**
 * The command that starts an operator where it finds no cluster, so that it ends: what Deno keeps of a first start is there then, as
 * docs/scale.md says to have it in an image.
 */
export function denoStartOnce(command: readonly string[]): string[] {
  return ["sh", "-c", 'KUBECONFIG=/nowhere "$@" || true', "sh", ...command];
}

/** The command that runs a program of this checkout, with the Deno that runs the harness. */
export function denoRun(script: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "run", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, script];
}

/** The command that makes a program one executable. */
export function denoCompile(script: string, output: string, moreFlags: readonly string[] = []): string[] {
  return [Deno.execPath(), "compile", `--config=${CONFIG}`, ...DENO_FLAGS, ...moreFlags, "--output", output, script];
}

/** The command that makes a program one file: a path within a checkout, by default this one. */
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

/** The command that fetches what a program imports. */
export function denoCache(script: string): string[] {
  return [Deno.execPath(), "cache", "--quiet", `--config=${CONFIG}`, script];
}
