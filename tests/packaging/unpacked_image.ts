/** Unpacks an image into the root of a container, without a container engine: takes Linux, root, skopeo and umoci. */

import { run } from "./programs.ts";

/** What unpacking takes, and then running: see `tests/cluster/node/`. */
const PROGRAMS = ["skopeo", "umoci", "ip", "unshare", "setpriv", "chroot"];

/** Whether this machine can run pods so. */
export async function canRunPods(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const granted = await Promise.all(
    (["run", "sys"] as const).map(async (name) => (await Deno.permissions.query({ name })).state === "granted"),
  );
  if (!granted.every(Boolean) || Deno.uid() !== 0) return false;
  const { code } = await run("sh", ["-c", `for p in ${PROGRAMS.join(" ")}; do command -v $p || exit 1; done`]);
  return code === 0 && (await run("unshare", ["--net", "true"])).code === 0;
}

/** An image that was unpacked. */
export interface UnpackedImage {
  /** The folder of its root. */
  readonly root: string;
  /** What it runs. */
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number };
}

/** Unpacks an image from an archive of an OCI layout, by tools that know nothing of how it was made. */
export async function unpackImage(archive: string, folder: string): Promise<UnpackedImage> {
  const layout = `${folder}/layout`;
  await must("skopeo", ["copy", "--quiet", "--insecure-policy", `oci-archive:${archive}`, `oci:${layout}:it`]);
  await must("umoci", ["unpack", "--image", `${layout}:it`, `${folder}/bundle`]);
  const { process } = JSON.parse(await Deno.readTextFile(`${folder}/bundle/config.json`));
  const root = `${folder}/bundle/rootfs`;
  // Its user is another than the one who has unpacked it.
  for (const path of [folder, `${folder}/bundle`, root]) await Deno.chmod(path, 0o755);
  return { root, entrypoint: process.args, env: process.env, user: process.user };
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} fails: ${stderr}`);
}
