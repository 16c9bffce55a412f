/** Checks the runtime part that `deno compile` is told to use. */

import { readFile } from "node:fs/promises";

/**
 * Deno accepts a denort of another version without an error, but the resulting executable does not start.
 *
 * @param path Its path; `undefined` if Deno downloads it.
 * @throws {Error} If it cannot be read, or has another version.
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
