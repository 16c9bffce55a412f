/** Builds the programs of a control plane from the Go module proxy. */

import { STAGE_FILES, stageIn } from "../programs.ts";
import type { ComponentName } from "../state.ts";
import { askGo, goVersion, isAtLeast, runGo } from "./go_toolchain.ts";
import { type GoModule, moduleFile, type Recipe, RECIPES } from "./recipes.ts";

/** What is built, and where to. */
export interface BuildOptions {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly names: readonly ComponentName[];
  /** Is told what goes on. */
  readonly say: (line: string) => void;
}

/** What the built programs came from; another stamp means that all is built anew. */
interface Stamp {
  /** Hash of go.mod, go.sum and the flags. */
  inputs: string;
  go: string;
}

const FLAGS = ["-mod=readonly", "-buildvcs=false", "-trimpath"];

/** Builds what is missing or out of date. */
export async function buildPrograms(options: BuildOptions): Promise<void> {
  const { dir } = options;
  await Deno.mkdir(`${dir}/stages`, { recursive: true });
  // Whoever comes second waits here, and then finds everything built.
  using lock = await Deno.open(`${dir}/lock`, { create: true, write: true });
  await lock.lock(true);
  const stamp = await currentStamp();
  const isCurrent = await hasStamp(dir, stamp);
  const missing = await recipesToBuild(options, isCurrent);
  if (missing.length === 0) return;
  await requireGo(stamp.go);
  if (!isCurrent) await removeOld(dir);
  await buildAll(options, missing, stamp);
}

/** Without a stamp, and without what would pass for new under the next one. */
async function removeOld(dir: string): Promise<void> {
  for (const path of [stampFile(dir), ...RECIPES.map(({ name }) => `${dir}/${name}`)]) await removeIfThere(path);
}

async function buildAll({ dir, names, say }: BuildOptions, recipes: readonly Recipe[], stamp: Stamp): Promise<void> {
  for (const module of new Set(recipes.map(({ module }) => module))) await writeModule(dir, module);
  for (const [index, recipe] of recipes.entries()) {
    await buildOne(dir, recipe, say, `[${index + 1}/${recipes.length}]`);
  }
  if (names.includes("kwok")) await copyStages(dir);
  await Deno.writeTextFile(stampFile(dir), JSON.stringify(stamp));
  say(`all programs are in ${dir}`);
}

/** Go takes a module from a folder, and this file may have come from a server. */
async function writeModule(dir: string, module: GoModule): Promise<void> {
  await Deno.mkdir(moduleDir(dir, module), { recursive: true });
  for (const name of ["go.mod", "go.sum"] as const) {
    await Deno.writeTextFile(`${moduleDir(dir, module)}/${name}`, await moduleFile(module, name));
  }
}

function moduleDir(dir: string, module: GoModule): string {
  return `${dir}/modules/${module}`;
}

async function buildOne(dir: string, recipe: Recipe, say: BuildOptions["say"], count: string): Promise<void> {
  const { name, module } = recipe;
  const target = `${dir}/${name}`;
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  say(`${count} building ${name} ...`);
  const ticker = setInterval(() => say(`${count} still building ${name} (${seconds()})`), 30_000);
  try {
    const flags = [...FLAGS, "-ldflags", await linkerFlags(module), "-o", `${target}.new`];
    await runGo(["build", ...flags, recipe.package], moduleDir(dir, module));
    // Renamed, not overwritten: the old program may be running.
    await Deno.rename(`${target}.new`, target);
  } finally {
    clearInterval(ticker);
  }
  say(`${count} ${name} built in ${seconds()}`);
}

/** Programs built from a module do not know their version: the linker tells them. */
async function linkerFlags(module: GoModule): Promise<string> {
  if (module === "kwok") return "-s -w";
  const version = await versionOf(module, "k8s.io/kubernetes");
  const [major, minor] = version.slice(1).split(".");
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  const settings = packages.flatMap((path) =>
    Object.entries(facts).map(([name, value]) => `-X ${path}.${name}=${value}`)
  );
  return ["-s -w", ...settings].join(" ");
}

async function copyStages(dir: string): Promise<void> {
  const source = await askGo(
    ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"],
    moduleDir(dir, "kwok"),
  );
  for (const path of STAGE_FILES) {
    // Read and written, not copied: files in the module cache are read-only.
    await Deno.writeTextFile(stageIn(dir, path), await Deno.readTextFile(`${source}/${path}`));
  }
}

async function recipesToBuild({ dir, names }: BuildOptions, isCurrent: boolean): Promise<Recipe[]> {
  const missing: Recipe[] = [];
  for (const recipe of RECIPES) {
    if (names.includes(recipe.name) && !(isCurrent && await exists(`${dir}/${recipe.name}`))) missing.push(recipe);
  }
  return missing;
}

async function hasStamp(dir: string, stamp: Stamp): Promise<boolean> {
  return await exists(stampFile(dir)) && isSame(JSON.parse(await Deno.readTextFile(stampFile(dir))), stamp);
}

/** Without any Go, programs that were built elsewhere from the same inputs will do. */
function isSame(old: Stamp, current: Stamp): boolean {
  return old.inputs === current.inputs && (current.go === "" || old.go === current.go);
}

async function currentStamp(): Promise<Stamp> {
  const parts = [JSON.stringify([FLAGS, RECIPES, STAGE_FILES, await linkerFlags("control-plane")])];
  for (const module of ["control-plane", "kwok"] as const) {
    parts.push(await moduleFile(module, "go.mod"), await moduleFile(module, "go.sum"));
  }
  const bytes = new TextEncoder().encode(parts.join("\0"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { inputs: hash.toHex(), go: await goVersion() ?? "" };
}

async function requireGo(version: string): Promise<void> {
  const needed = (await moduleFile("control-plane", "go.mod")).match(/^go (\S+)$/m)?.[1] ?? "";
  const problem = `Cannot build the control plane as "go" on PATH must be Go ${needed} or newer: current value is`;
  if (version === "") throw new Error(`${problem} none`);
  if (!isAtLeast(version, needed)) throw new Error(`${problem} ${version}`);
}

async function versionOf(module: GoModule, dependency: string): Promise<string> {
  const text = await moduleFile(module, "go.mod");
  const version = text.match(new RegExp(`^\\s*${dependency} (v\\S+)`, "m"))?.[1];
  if (!version) throw new Error(`${dependency} is not in the go.mod of ${module}`);
  return version;
}

function stampFile(dir: string): string {
  return `${dir}/stamp.json`;
}

async function removeIfThere(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path);
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
