/** Builds the programs of the cluster from the Go module proxy: `deno run -A build.ts`. */

import { type Binaries, binariesIn, moduleDir, type Recipe, RECIPES, STAGE_FILES, stageIn } from "./binaries.ts";
import { askGo, goVersion, isAtLeast, runGo } from "./go_toolchain.ts";
import { print, say } from "./progress.ts";

/** What the built programs came from; another stamp means that all is built anew. */
interface Stamp {
  /** Hash of go.mod, go.sum and the flags. */
  inputs: string;
  go: string;
}

const FLAGS = ["-mod=readonly", "-buildvcs=false", "-trimpath"];

/** Builds what is missing or out of date, and answers where all programs are. */
export async function buildCluster(): Promise<Binaries> {
  const binaries = binariesIn();
  await Deno.mkdir(`${binaries.dir}/stages`, { recursive: true });
  // Whoever comes second waits here, and then finds everything built.
  using lock = await Deno.open(`${binaries.dir}/lock`, { create: true, write: true });
  await lock.lock(true);
  const stamp = await currentStamp();
  const missing = await recipesToBuild(binaries, stamp);
  if (missing.length > 0) await buildAll(binaries, missing, stamp);
  return binaries;
}

async function buildAll(binaries: Binaries, recipes: Recipe[], stamp: Stamp): Promise<void> {
  await requireGo(stamp.go);
  await removeIfThere(stampFile(binaries));
  for (const [index, recipe] of recipes.entries()) {
    await buildOne(binaries, recipe, `[${index + 1}/${recipes.length}]`);
  }
  await copyStages(binaries);
  await Deno.writeTextFile(stampFile(binaries), JSON.stringify(stamp));
  say(`all programs are in ${binaries.dir}`);
}

async function buildOne(binaries: Binaries, recipe: Recipe, count: string): Promise<void> {
  const { name, module } = recipe;
  const target = binaries.programs[name];
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  say(`${count} building ${name} ...`);
  const ticker = setInterval(() => say(`${count} still building ${name} (${seconds()})`), 30_000);
  try {
    const flags = [...FLAGS, "-ldflags", await linkerFlags(module), "-o", `${target}.new`];
    await runGo(["build", ...flags, recipe.package], moduleDir(module));
    // Renamed, not overwritten: the old program may be running.
    await Deno.rename(`${target}.new`, target);
  } finally {
    clearInterval(ticker);
  }
  say(`${count} ${name} built in ${seconds()}`);
}

/** Programs built from a module do not know their version: the linker tells them. */
async function linkerFlags(module: Recipe["module"]): Promise<string> {
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

async function copyStages(binaries: Binaries): Promise<void> {
  const source = await askGo(
    ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"],
    moduleDir("kwok"),
  );
  for (const path of STAGE_FILES) {
    // Read and written, not copied: files in the module cache are read-only.
    const text = await Deno.readTextFile(`${source}/${path}`);
    await Deno.writeTextFile(stageIn(binaries.dir, path), text);
  }
}

async function recipesToBuild(binaries: Binaries, stamp: Stamp): Promise<Recipe[]> {
  const old = await readIfThere(stampFile(binaries));
  if (!old || !isSame(JSON.parse(old), stamp)) return RECIPES;
  const missing: Recipe[] = [];
  for (const recipe of RECIPES) {
    const isThere = await exists(binaries.programs[recipe.name]);
    if (!isThere) missing.push(recipe);
  }
  return missing;
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
  const help = `Go ${needed} or newer is needed to build the test cluster's programs`;
  if (version === "") throw new Error(`${help}, and there is no "go" on PATH`);
  if (!isAtLeast(version, needed)) throw new Error(`${help}, and "go" on PATH is ${version}`);
}

async function versionOf(module: Recipe["module"], dependency: string): Promise<string> {
  const text = await moduleFile(module, "go.mod");
  const version = text.match(new RegExp(`^\\s*${dependency} (v\\S+)`, "m"))?.[1];
  if (!version) throw new Error(`${dependency} is not in the go.mod of ${module}`);
  return version;
}

function moduleFile(module: Recipe["module"], name: string): Promise<string> {
  return Deno.readTextFile(`${moduleDir(module)}/${name}`);
}

function stampFile(binaries: Binaries): string {
  return `${binaries.dir}/stamp.json`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await exists(path) ? await Deno.readTextFile(path) : undefined;
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

if (import.meta.main) {
  const { dir } = await buildCluster();
  print(dir);
}
