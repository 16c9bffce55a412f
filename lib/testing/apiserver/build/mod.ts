/**
 * Builds the programs that a real API server for tests needs, from source: etcd and kube-apiserver, and with `--controllers` the
 * controller manager, the scheduler and kwok. It takes Go 1.26 on `PATH`, a network with a Go module proxy, 4 GB for Go's caches,
 * and on two cores about five minutes (with `--controllers` about seven); what is up to date is not built again.
 *
 * Without a folder they go where `startApiServer` looks last, the user's cache. The folder is printed.
 *
 * @example Usage
 * ```sh
 * deno run -A jsr:@staircase/operator/testing/apiserver/build [--controllers] [folder]
 * ```
 *
 * @module
 */

import { builtFolder, CONTROLLER_PROGRAMS, SERVER_PROGRAMS } from "../programs.ts";
import { denoSurroundings } from "../surroundings.ts";
import { buildPrograms } from "./build.ts";

/** Resolves with the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const controllers = args.includes("--controllers");
  const [folder, ...more] = args.filter((arg) => arg !== "--controllers");
  if (more.length > 0 || folder?.startsWith("-")) {
    complain(`Cannot build as the arguments must be [--controllers] [folder]: current value is ${args.join(" ")}`);
    return 2;
  }
  const dir = folder === undefined ? builtFolder(denoSurroundings) : absolute(folder);
  if (dir === undefined) {
    complain(
      "Cannot build as a folder must be given where neither XDG_CACHE_HOME nor HOME is set: current value is none",
    );
    return 2;
  }
  const names = controllers ? [...SERVER_PROGRAMS, ...CONTROLLER_PROGRAMS] : SERVER_PROGRAMS;
  try {
    await buildPrograms({ dir, names, say: (line) => complain(line) });
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
  print(dir);
  return 0;
}

function complain(line: string): void {
  // deno-lint-ignore no-console -- a command's output
  console.error(line);
}

function print(line: string): void {
  // deno-lint-ignore no-console -- a command's output
  console.log(line);
}

function absolute(folder: string): string {
  return folder.startsWith("/") ? folder : `${denoSurroundings.cwd}/${folder}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
