/** Deno's runtime part, which every executable begins with. */

import { readFile } from "node:fs/promises";
import { readElf, ShipError } from "../files/mod.ts";

/** The systems that Deno makes executables for. */
export const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
];

/**
 * Checks the runtime part that `deno compile` is told to use: Deno accepts one of another version without an error, but the
 * executable does not start.
 *
 * @param path Its path; `undefined` if Deno downloads it.
 * @param target The system that the executable is for.
 * @throws {ShipError} If it cannot be read, has another version or is for another machine.
 */
export async function checkRuntime(path: string | undefined, target: string = Deno.build.target): Promise<void> {
  if (!path) return;
  const runtime = await readFile(path).catch((cause) => {
    throw new ShipError(`Cannot compile as DENORT_BIN cannot be read: ${cause.message}`, { cause });
  });
  const { deno: version } = Deno.version;
  // What it sends as its User-Agent: the version and then the commit.
  if (!runtime.includes(`Deno/${version}+`)) {
    throw new ShipError(
      `Cannot compile as DENORT_BIN must be of this Deno's version, ${version}: current value is ${path}`,
    );
  }
  if (!target.includes("linux")) return;
  const { architecture } = await readElf(path);
  if (architecture === (target.startsWith("aarch64") ? "arm64" : "amd64")) return;
  throw new ShipError(
    `Cannot compile for ${target} as DENORT_BIN is for ${architecture}: name the runtime part for ${target} in it`,
  );
}
