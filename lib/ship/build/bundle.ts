/** One program out of many modules: only what is used, in as few files as lazy imports allow. */

import { cp, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Ended, runProgram, ShipError } from "../files/mod.ts";
import type { MainModule } from "./main_module.ts";
import { type Part, renameParts } from "./part_names.ts";
import { type SourceMap, withoutPlaces } from "./places.ts";

/** Options of {@link bundle}. */
export interface BundleOptions {
  /** A folder for what is made on the way, and for the program. */
  readonly folder: string;
  /** Whether types are checked. */
  readonly check: boolean;
  /** Flags for finding the modules. */
  readonly flags: readonly string[];
  /** More files and folders, which stand beside the program as they stand beside its main module. */
  readonly include: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** A bundled program. */
export interface Bundled {
  /** The folder that holds it, and nothing else. */
  readonly folder: string;
  /** The path of its first file in there. */
  readonly entry: string;
}

/**
 * Bundles a program. What is imported lazily has files of its own, and is read when it is imported.
 *
 * All names stay as they are, as programs see them (`error.constructor.name`); only white space goes, comments, and what
 * cannot be reached. Source maps without the sources give stack traces the files and lines of the sources, by paths
 * relative to the project: nothing in the program depends on where it was built.
 *
 * @throws {ShipError} If the program does not type-check, a module is missing or esbuild cannot be downloaded.
 */
export async function bundle(main: MainModule, options: BundleOptions): Promise<Bundled> {
  const raw = join(options.folder, "raw");
  const folder = join(options.folder, "program");
  await runBundle(main, raw, options);
  const parts = await shrink(await readParts(raw), { raw, root: main.root, packages: await npmCache(main.root) });
  const { entry, files } = renameParts(parts, entryName(main, parts));
  await mkdir(folder);
  for (const { name, code, map } of files) {
    await writeFile(join(folder, name), `${code}//# sourceMappingURL=${name}.map\n`);
    await writeFile(join(folder, `${name}.map`), JSON.stringify(map));
  }
  for (const path of options.include) await copyIncluded(path, dirname(main.path), folder);
  await forgetTimes(folder);
  return { folder, entry };
}

async function runBundle(main: MainModule, raw: string, { check, flags, signal }: BundleOptions): Promise<void> {
  const deno = (...args: string[]) => runProgram(Deno.execPath(), args, { cwd: main.root, signal });
  if (check) {
    // `deno bundle --check` of Deno 2.6 checks nothing.
    const checked = await deno("check", "--quiet", ...flags, main.path);
    if (!checked.success) throw new ShipError(`Cannot bundle ${main.path}:\n${indented(saidBy(checked))}`);
  }
  const fixed = ["--quiet", "--no-check", "--code-splitting", "--sourcemap=inline", "--outdir", raw];
  const ended = await deno("bundle", ...fixed, ...flags, main.path);
  if (!ended.success) throw new ShipError(whyNotBundled(main, saidBy(ended)));
}

function saidBy({ stderr }: Ended): string {
  return stderr.trim().replace(/\n+Stack backtrace:[^]*$/, "").replace(/^error: /, "");
}

/** What `deno bundle` says, and what to do. */
function whyNotBundled(main: MainModule, said: string): string {
  if (/esbuild/.test(said) && /download|fetch|sending request/.test(said)) {
    return "Cannot bundle as esbuild cannot be downloaded from npm's registry, which Deno does once: connect to a " +
      "network that reaches it (with a certificate authority of its own: DENO_TLS_CA_STORE=system), or compile " +
      `without bundling: --no-bundle\n${indented(said)}`;
  }
  if (/No loader is configured for "?\.node/.test(said)) {
    return `Cannot bundle ${main.path} as it uses a native addon: compile without bundling: --no-bundle\n${
      indented(said)
    }`;
  }
  return `Cannot bundle ${main.path}:\n${indented(said)}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

async function readParts(raw: string): Promise<Part[]> {
  const names = (await readdir(raw)).filter((name) => name.endsWith(".js")).sort();
  return await Promise.all(names.map(async (name) => ({ name, code: await readFile(join(raw, name), "utf8") })));
}

/** Where the modules came from: the parts on disk, the project, Deno's npm packages. */
interface Origin {
  readonly raw: string;
  readonly root: string;
  readonly packages: string;
}

/** A part with its source map. */
interface MappedPart extends Part {
  readonly map: SourceMap;
}

async function shrink(parts: readonly Part[], { raw, root, packages }: Origin): Promise<MappedPart[]> {
  const esbuild = await loadEsbuild();
  try {
    return await Promise.all(parts.map(async ({ name, code }) => {
      const shrunk = await esbuild.transform(withoutPlaces(code, relative(root, packages)), {
        loader: "js",
        format: "esm",
        target: "esnext",
        minifyWhitespace: true,
        minifySyntax: true,
        legalComments: "eof",
        sourcefile: name,
        sourcemap: "external",
        sourcesContent: false,
        // Deno has put false into all modules but the main one. That one may lie in a part that is not the first.
        define: { "import.meta.main": "true" },
      });
      return { name, code: shrunk.code, map: mapOf(shrunk.map, { raw, root, packages }) };
    }));
  } finally {
    await esbuild.stop();
  }
}

async function loadEsbuild(): Promise<typeof import("esbuild")> {
  try {
    return await import("esbuild");
  } catch (cause) {
    throw new ShipError(
      `Cannot bundle as esbuild cannot be loaded from npm's registry: compile without bundling: --no-bundle\n${
        indented((cause as Error).message)
      }`,
      { cause },
    );
  }
}

/** The map, its sources by their paths in the project. */
function mapOf(text: string, { raw, root, packages }: Origin): SourceMap {
  const { mappings, names, sources } = JSON.parse(text) as SourceMap;
  const named = sources.map((source) => {
    if (/^[a-z][a-z+.-]+:/i.test(source)) return source;
    // Sources are relative addresses.
    const path = resolve(raw, decodeURIComponent(source));
    // What esbuild itself adds has no module.
    if (!relative(raw, path).startsWith("..")) return "esbuild";
    const inPackages = relative(packages, path);
    const shown = inPackages.startsWith("..") ? relative(root, path) : join("npm", inPackages);
    return encodeURI(shown.replaceAll(sep, "/"));
  });
  return { version: 3, sources: named, names, mappings };
}

/** Where Deno keeps npm packages. */
async function npmCache(cwd: string): Promise<string> {
  const { success, stdout } = await runProgram(Deno.execPath(), ["info", "--json", "--no-config"], { cwd });
  const path = success && JSON.parse(stdout).npmCache;
  if (typeof path === "string") return path;
  throw new ShipError("Cannot bundle as Deno does not say where it keeps npm packages");
}

/** Takes away when the files were made: an executable holds these times. */
async function forgetTimes(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) await utimes(join(folder, path), 0, 0);
}

/** esbuild gives all files but the first a hash; in the name of that it replaces letters that are not ASCII. */
function entryName({ path }: MainModule, parts: readonly Part[]): string {
  const names = parts.map(({ name }) => name);
  const file = path.slice(path.lastIndexOf(sep) + 1).replace(/\.[^.]+$/, ".js");
  const unhashed = names.filter((name) => !/-[0-9A-Z]{8}\.js$/.test(name));
  const entry = names.includes(file) ? file : unhashed.length === 1 ? unhashed[0] : undefined;
  if (entry !== undefined) return entry;
  throw new ShipError(`Cannot bundle ${path} as Deno does not say which file it has made of it: ${names.join(", ")}`);
}

/** @throws {ShipError} If it does not lie beside the main module, or below. */
async function copyIncluded(path: string, beside: string, folder: string): Promise<void> {
  const from = resolve(path);
  const place = relative(beside, from);
  if (place === "" || place.startsWith("..")) {
    throw new ShipError(`Cannot include ${path} as it must lie in ${beside}, where the program looks for it`);
  }
  if (!await stat(from).catch(() => undefined)) throw new ShipError(`Cannot include ${path} as it is not there`);
  if (await stat(join(folder, place)).then((found) => found.isFile(), () => false)) {
    throw new ShipError(`Cannot include ${path} as a part of the program has that name: rename it`);
  }
  await mkdir(dirname(join(folder, place)), { recursive: true });
  await cp(from, join(folder, place), { recursive: true });
}
