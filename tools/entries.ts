/** The doors of the package: the `exports` of deno.json. As a program, it prints their paths for other commands. */

/** The doors by name, such as `.` and `./watch`, with their paths in the checkout: `mod.ts`, `lib/doors/watch.ts`. */
export async function readEntries(root: URL = new URL("../", import.meta.url)): Promise<Map<string, string>> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return new Map(Object.entries<string>(exports).map(([name, path]) => [name, path.replace(/^\.\//, "")]));
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a tool's output
  console.log([...(await readEntries()).values()].join(" "));
}
