/** Calls the `go` command, always under the same settings. */

// Nothing of the user's own Go settings may change what is built; CGO_ENABLED=0 makes the programs
// need no C compiler and no C library. GOTOOLCHAIN=local: an old Go is told, not silently replaced.
const SETTINGS = { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local" };

/** The version of the `go` on PATH, such as `1.26.0`; undefined when there is none. */
export async function goVersion(): Promise<string | undefined> {
  try {
    return (await askGo(["env", "GOVERSION"])).replace(/^go/, "").split(" ")[0];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What `go` prints. */
export async function askGo(args: string[], cwd = "."): Promise<string> {
  const command = new Deno.Command("go", { args, cwd, env: SETTINGS, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`go ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout).trim();
}

/** Runs `go`; its messages go to stderr. */
export async function runGo(args: string[], cwd: string): Promise<void> {
  const command = new Deno.Command("go", { args, cwd, env: SETTINGS, stdout: "null" });
  const { success } = await command.spawn().status;
  if (!success) throw new Error(`go ${args.join(" ")} failed`);
}

/** True when a version like `1.26.1` is as new as the needed one. */
export function isAtLeast(version: string, needed: string): boolean {
  const [have, want] = [numbers(version), numbers(needed)];
  for (const [index, number] of want.entries()) {
    const own = have[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
