/**
 * Tries out publishing, where JSR cannot be reached too: `deno task publish:dry`.
 *
 * In the checkout itself `deno publish --dry-run` fails: `links/` is below the package, so Deno takes the drop-ins for modules
 * of it that are missing from what is published. Here they stand beside a copy of the package. To publish in earnest, leave them
 * out: `deno run -A links/without.ts publish`.
 */

import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Copies what is published to `package/` in the folder, and the links beside it. */
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
