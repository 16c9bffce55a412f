/** Helm, for the tests: that of the path, or built from the Go module proxy, once, in about a minute. */

import { buildFolder } from "./build.ts";
import { say } from "./progress.ts";

const PACKAGE = "helm.sh/helm/v3/cmd/helm";
const VERSION = "v3.22.0";

/** Longer than Go takes for Helm with a cold cache on two cores that others use, too. */
const MOST_MINUTES = 5;

/** The path of Helm; `undefined` if there is none, and Go cannot build one, which is said. */
export async function findHelm(): Promise<string | undefined> {
  if (await runs("helm", "version")) return "helm";
  const built = `${buildFolder()}/helm-${VERSION}`;
  if (await runs(built, "version")) return built;
  say(`building Helm ${VERSION} ...`);
  const problem = await build(built);
  if (problem === undefined) return built;
  say(`without Helm, its tests are left out: put helm on the path, or mend this: ${problem}`);
  return undefined;
}

/** Builds beside the target, then renames: whoever comes at the same time finds all of it, or nothing. */
async function build(target: string): Promise<string | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command("go", {
      args: ["install", "-trimpath", `${PACKAGE}@${VERSION}`],
      env: { GOBIN: folder, GOFLAGS: "-mod=mod" },
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(MOST_MINUTES * 60_000),
    }).output();
    if (!success) return new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    await Deno.copyFile(`${folder}/helm`, `${target}.new`);
    await Deno.rename(`${target}.new`, target);
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether there is such a program. */
export async function runs(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
