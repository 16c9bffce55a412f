/** Files that appear whole or not at all. */

import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ShipError } from "./errors.ts";

/**
 * Makes a file in a folder of its own beside its place, and then puts it there: who looks there finds the file that was
 * there before, none, or the whole new one.
 *
 * @param path Its place. Missing folders are made.
 * @param make Makes it at the path that it gets.
 * @throws {ShipError} If it cannot be put there.
 */
export async function makeFile(path: string, make: (at: string) => Promise<void>): Promise<void> {
  const place = resolve(path);
  await refuseFolder(place, path);
  const beside = await folderBeside(place, path);
  try {
    const at = join(beside, basename(place));
    await make(at).catch((error) => {
      throw isOfSystem(error) ? new ShipError(`Cannot write ${path}: ${messageOf(error)}`, { cause: error }) : error;
    });
    await rename(at, place).catch((cause) => {
      throw new ShipError(`Cannot write ${path}: ${messageOf(cause)}`, { cause });
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function refuseFolder(place: string, path: string): Promise<void> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new ShipError(`Cannot write ${path} as it is a folder: name a file in --output`);
  }
  if (found && !found.isFile()) throw new ShipError(`Cannot write ${path} as something else than a file is there`);
}

async function folderBeside(place: string, path: string): Promise<string> {
  try {
    await mkdir(dirname(place), { recursive: true });
    return await mkdtemp(join(dirname(place), ".part-"));
  } catch (cause) {
    throw new ShipError(`Cannot write ${path} as its folder cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Whether the system has refused something, such as room on a disk. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
