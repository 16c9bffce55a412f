/** The doors of the package: what `exports` of deno.json names. Run by itself, prints their paths for other commands. */

/** The doors by name, `.` and `./watch`, each with its path below the checkout: `mod.ts`, `lib/doors/watch.ts`. */
export async function readEntries(root: URL = new URL("../", import.meta.url)): Promise<Map<string, string>> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return new Map(Object.entries<string>(exports).map(([name, path]) => [name, path.replace(/^\.\//, "")]));
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a tool's output
  console.log([...(await readEntries()).values()].join(" "));
}
