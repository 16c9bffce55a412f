/** A copy of what is published: the files of `publish` in deno.json, and that file itself as it must be for it. */

import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Options of {@link copyPackage}. */
export interface CopyOptions {
  /** Whether the drop-ins for JSR packages are taken along, next to the copy. Without them, JSR must be reached. */
  readonly links: boolean;
}

/**
 * Copies the published files to `package/` in a folder, and answers that path. In the checkout itself Deno would take
 * `links/`, which is inside the package, for modules that are missing from it.
 */
export async function copyPackage(folder: string, { links }: CopyOptions): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const { links: dropIns, ...rest } = config as { links: string[]; publish: { include: string[] } };
  for (const path of rest.publish.include) await cp(ROOT + path, `${folder}/package/${path}`, { recursive: true });
  if (links) { for (const path of dropIns) await cp(ROOT + path, `${folder}/${path}`, { recursive: true }); }
  const copied = links ? { ...rest, links: dropIns.map((path) => `.${path}`) } : rest;
  await Deno.writeTextFile(`${folder}/package/deno.json`, `${JSON.stringify(copied, null, 2)}\n`);
  return `${folder}/package`;
}

/** Runs `deno publish` in such a copy; answers its exit code. */
export async function publishCopy(options: CopyOptions, args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "staircase-publish-" });
  try {
    const cwd = await copyPackage(folder, options);
    const command = new Deno.Command(Deno.execPath(), { args: ["publish", ...args], cwd });
    return (await command.spawn().status).code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
