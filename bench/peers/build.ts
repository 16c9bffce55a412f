/** Builds the operators with their own toolchains. An operator that cannot be built is left out, with the reason. */

import { type Operator, type Source, sourceFolder } from "./operators.ts";
import { say } from "./say.ts";

/** The result of building. */
export interface Built {
  ready: Operator[];
  /** The reason, by the name of an operator that is left out. */
  skipped: Record<string, string>;
}

/** Folders in a checkout that do not belong to the sources. */
const NOT_COPIED = new Set(["target", "node_modules", "venv", "__pycache__"]);

/** Builds the operators, or only checks that they exist. */
export async function buildOperators(
  operators: readonly Operator[],
  { build, skipBuild }: { build: string; skipBuild: boolean },
): Promise<Built> {
  const built: Built = { ready: [], skipped: {} };
  const problems = new Map<string, string | undefined>();
  for (const operator of operators) {
    const key = JSON.stringify(operator.source);
    if (!problems.has(key)) problems.set(key, await problemOf(operator.source, build, skipBuild));
    const problem = problems.get(key);
    if (problem === undefined) built.ready.push(operator);
    else built.skipped[operator.name] = problem;
  }
  return built;
}

async function problemOf(source: Source, build: string, skipBuild: boolean): Promise<string | undefined> {
  const { result } = source;
  if (skipBuild) return result && !await exists(result) ? "it is not built" : undefined;
  const [tool = ""] = source.toolchain;
  if (!(await run(source.toolchain, Deno.cwd())).success) return `there is no ${tool}`;
  const unfit = await source.needs?.check().then(() => undefined, (error: Error) => error.message);
  if (source.needs && unfit) return told(unfit, source.needs.otherwise);
  const folder = `${build}/${source.folder}`;
  await Deno.mkdir(folder, { recursive: true });
  if (source.copied) await copyFolder(sourceFolder(source.folder), folder);
  for (const command of source.build) {
    say(`building ${source.folder}: ${command.join(" ")}`);
    const { success, errors } = await run(command, folder);
    if (!success) return told(errors, `${tool.split("/").at(-1)} cannot build it`);
  }
  return undefined;
}

/** Shows all details on the console, and returns a reason without paths of this machine for the results. */
function told(details: string, reason: string): string {
  say(details.trim());
  return reason;
}

async function run(command: readonly string[], cwd: string): Promise<{ success: boolean; errors: string }> {
  const [program = "", ...args] = command;
  try {
    const { success, stderr } = await new Deno.Command(program, { args, cwd, stdout: "null", stderr: "piped" })
      .output();
    return { success, errors: new TextDecoder().decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { success: false, errors: error.message };
    throw error;
  }
}

/** Only writes files that differ, because the tools rebuild what is newer. */
async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (NOT_COPIED.has(name)) continue;
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function copyFile(from: string, to: string): Promise<void> {
  const text = await Deno.readTextFile(from);
  if (await exists(to) && await Deno.readTextFile(to) === text) return;
  await Deno.writeTextFile(to, text);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
