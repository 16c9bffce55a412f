/** Writes files into a folder: all of them, or none. */

import { messageOf } from "../../model/mod.ts";

/** The texts of files by their paths, which are relative and separated by slashes. */
export type Files = Readonly<Record<string, string>>;

/** What {@link writeFolder} has done. */
export interface Written {
  /** The paths of the files, with that of the folder. */
  readonly written: readonly string[];
  /** Other files that are in the folders. They are as they were. */
  readonly others: readonly string[];
}

/**
 * Writes files into a folder, which is made if it is not there. Files with the same paths are replaced, others stay. If
 * one cannot be written, all is as before.
 *
 * @throws {Error} If it cannot be done. The message names the path.
 */
export async function writeFolder(path: string, files: Files): Promise<Written> {
  const folder = path.replace(/(?<=.)[/\\]+$/, "");
  await checkPermissions(folder);
  const paths = Object.keys(files).sort();
  const undo: Array<() => Promise<void>> = [];
  let current = folder;
  try {
    for (const directory of directoriesOf(folder, paths)) {
      current = directory;
      for (const made of await makeDirectory(directory)) undo.push(() => Deno.remove(made));
    }
    const drafts: (readonly [draft: string, path: string])[] = [];
    for (const path of paths) {
      current = `${folder}/${path}`;
      const draft = draftOf(current);
      undo.push(() => Deno.remove(draft));
      await Deno.writeTextFile(draft, files[path]!, { createNew: true });
      drafts.push([draft, current]);
    }
    for (const [draft, path] of drafts) {
      current = path;
      const before = await contentOf(path);
      await Deno.rename(draft, path);
      undo.push(() => before === undefined ? Deno.remove(path) : Deno.writeFile(path, before));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    throw new Error(`Cannot write ${current} as ${reasonOf(error)}`, { cause: error });
  }
  const written = paths.map((path) => `${folder}/${path}`);
  return { written, others: await othersIn(directoriesOf(folder, paths), new Set(written)) };
}

/** Hidden, so that what a killed process leaves behind is none of a chart's templates. */
function draftOf(path: string): string {
  return path.replace(/[^/]+$/, (name) => `.${name}.${crypto.randomUUID().slice(0, 8)}.draft`);
}

/** Asking for what is not granted would prompt. */
async function checkPermissions(path: string): Promise<void> {
  const states = await Promise.all(
    (["read", "write"] as const).map(async (name) => ({ name, ...await stateOf({ name, path }) })),
  );
  const missing = states.filter(({ state }) => state !== "granted").map(({ name }) => name);
  if (missing.length === 0) return;
  const flags = missing.map((name) => `--allow-${name}=${path}`).join(" ");
  const what = missing.length > 1 ? `${missing.join(" and ")} permissions are` : `${missing[0]} permission is`;
  throw new Error(`Cannot write to ${path} as ${what} missing: run with ${flags}`);
}

async function stateOf(descriptor: Deno.PermissionDescriptor): Promise<{ state: Deno.PermissionState }> {
  const { state } = await Deno.permissions.query(descriptor);
  return { state };
}

/** The folder itself and all below it that the files need, outer ones first. */
function directoriesOf(folder: string, paths: readonly string[]): readonly string[] {
  const inner = paths.flatMap((path) => {
    const names = path.split("/").slice(0, -1);
    return names.map((_, index) => `${folder}/${names.slice(0, index + 1).join("/")}`);
  });
  return [...new Set([folder, ...inner])];
}

/** Makes a directory and those that lead to it, as far as they are not there; returns what it has made, outer ones first. */
async function makeDirectory(path: string): Promise<readonly string[]> {
  try {
    await Deno.mkdir(path);
    return [path];
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      if ((await Deno.stat(path)).isDirectory) return [];
      throw new Error("it is there, and no folder", { cause: error });
    }
    const parent = /^(.*[^/\\])[/\\]+[^/\\]+$/.exec(path)?.[1];
    if (!(error instanceof Deno.errors.NotFound) || parent === undefined) throw error;
    await checkPermissions(parent);
    const made = await makeDirectory(parent);
    await Deno.mkdir(path);
    return [...made, path];
  }
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What is wrong, without the operation's own words for the path. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/ \(os error \d+\).*$/s, "");
}

async function othersIn(directories: readonly string[], written: ReadonlySet<string>): Promise<string[]> {
  const others: string[] = [];
  for (const directory of directories) {
    for await (const { name, isFile } of Deno.readDir(directory)) {
      const path = `${directory}/${name}`;
      if (isFile && !written.has(path)) others.push(path);
    }
  }
  return others.sort();
}
