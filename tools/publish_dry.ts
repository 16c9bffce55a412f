/**
 * Tests publishing without access to JSR: `deno task publish:dry`.
 *
 * In the checkout itself, `deno publish --dry-run` fails: `links/` is inside the package, so Deno takes the drop-ins
 * for modules that are missing from it. So this puts them next to a copy of the package. To really publish, run without
 * them: `deno run -A links/without.ts publish`.
 */

import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Copies the published files to `package/` in the folder, and the links next to it. */
async function prepare(folder: string): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const links: string[] = config.links;
  for (const path of config.publish.include) await cp(ROOT + path, `${folder}/package/${path}`, { recursive: true });
  for (const path of links) await cp(ROOT + path, `${folder}/${path}`, { recursive: true });
  const moved = { ...config, links: links.map((path) => `.${path}`) };
  await Deno.writeTextFile(`${folder}/package/deno.json`, JSON.stringify(moved));
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "staircase-publish-" });
  try {
    await prepare(folder);
    const args = ["publish", "--dry-run", "--allow-dirty", ...Deno.args];
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: `${folder}/package` }).spawn().status;
    Deno.exitCode = code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
