/** Checks the runtime part of Deno that `deno compile` is told to use. */

import { readFile } from "node:fs/promises";

/**
 * Deno takes a denort of another version without a word, and what it makes with that does not start.
 *
 * @param path Where it is; nothing is checked when Deno is to bring it itself.
 * @throws {Error} If it cannot be read, or is of another version.
 */
export async function checkRuntime(path: string | undefined): Promise<void> {
  if (!path) return;
  const runtime = await readFile(path).catch((cause) => {
    throw new Error(`Cannot compile as DENORT_BIN cannot be read: ${cause.message}`, { cause });
  });
  const { deno: version } = Deno.version;
  if (runtime.includes(version)) return;
  throw new Error(`Cannot compile as DENORT_BIN must be of this Deno's version, ${version}: current value is ${path}`);
}
