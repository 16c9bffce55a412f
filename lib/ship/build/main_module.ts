/** The module that an executable is made of, and the project that it belongs to. */

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ShipError } from "../files/mod.ts";

/** The module of a program. */
export interface MainModule {
  /** Its path, absolute. */
  readonly path: string;
  /** The folder of its `deno.json`, or its own. Programs run there, and paths in the executable are relative to it. */
  readonly root: string;
  /** What the program is called if nothing else is said. */
  readonly name: string;
  /** Flags for the unstable parts of Deno that its `deno.json` asks for. */
  readonly unstable: readonly string[];
}

/** Names of files that say nothing of the program. */
const NAMELESS = ["main", "mod", "index", "cli"];

/** @throws {ShipError} If it is not a file. */
export async function findMain(main: string): Promise<MainModule> {
  if (main === "") throw new ShipError("Cannot build as the path of the program is empty");
  const path = resolve(main);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ShipError(`Cannot build ${main} as there is no such file`);
  if (!found.isFile()) throw new ShipError(`Cannot build ${main} as it must be the file of a program: it is none`);
  const [, file = ""] = /^(.*?)\.[cm]?[jt]sx?$/.exec(basename(path)) ?? [];
  if (file === "") throw new ShipError(`Cannot build ${main} as it must be a module: a .ts or .js file`);
  const folder = dirname(path);
  const name = NAMELESS.includes(file) ? basename(folder) || file : file;
  return { path, name, ...await projectOf(folder) };
}

/** The nearest `deno.json` makes a project; one above it with a workspace has a say, too. */
async function projectOf(folder: string): Promise<Pick<MainModule, "root" | "unstable">> {
  let root: string | undefined;
  const unstable: string[] = [];
  for (let at = folder;; at = dirname(at)) {
    const config = await configOf(at);
    if (config !== undefined && (root === undefined || /^\s*"workspace"\s*:/m.test(config))) {
      root ??= at;
      unstable.push(...unstableOf(config));
    }
    if (dirname(at) === at) return { root: root ?? folder, unstable: [...new Set(unstable)] };
  }
}

async function configOf(folder: string): Promise<string | undefined> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const config = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (config !== undefined) return config;
  }
  return undefined;
}

/** Read as text, since the file may have comments. */
function unstableOf(config: string): string[] {
  const [, list = ""] = /^\s*"unstable"\s*:\s*\[([^\]]*)\]/m.exec(config) ?? [];
  return [...list.matchAll(/"([a-z-]+)"/g)].map(([, name]) => `--unstable-${name}`);
}
