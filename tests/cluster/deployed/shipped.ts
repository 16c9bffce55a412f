/** An operator on its way to a cluster, by the commands that a user types: built, made an image, unpacked, and its manifests. */

import { CHECKOUT, compilerAtHand, run } from "../../packaging/programs.ts";
import { unpackImage } from "../../packaging/unpacked_image.ts";
import type { NodeImage } from "../node/real_node.ts";

/** Runs a program that must succeed; answers what it printed. */
export async function must(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, { env });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

/** An operator that has been built. */
export interface Shipped {
  /** Its main module. */
  readonly main: string;
  readonly binary: string;
  readonly image: NodeImage;
  /** Bytes of the binary. */
  readonly size: number;
  /** The permissions that are baked in. */
  readonly permissions: string;
}

/**
 * Builds an example's program, makes it an image from scratch, and unpacks that as a node does.
 *
 * @param program Its file, in the folder of the examples.
 * @param flags Its own flags.
 * @param folder Where all is put.
 */
export async function ship(program: string, flags: readonly string[], folder: string): Promise<Shipped> {
  const { deno, denort } = compilerAtHand()!;
  const main = `${CHECKOUT}examples/${program}`;
  const [binary, archive, unpacked] = [`${folder}/operator`, `${folder}/operator.tar`, `${folder}/image`];
  // Whether it type-checks is another test's question.
  const build = ["build", main, "--output", binary, "--no-check", "--arguments", flags.join(" ")];
  // A network may have a certificate authority of its own.
  const env = { DENORT_BIN: denort, DENO_TLS_CA_STORE: "mozilla,system" };
  const program_ = ["run", "-A", "--no-check", `${CHECKOUT}lib/ship/mod.ts`];
  await must(deno, [...program_, ...(flags.length > 0 ? build : build.slice(0, -2))], env);
  await must(deno, [...program_, "image", binary, "--output", archive], env);
  await Deno.mkdir(unpacked);
  await Deno.chmod(folder, 0o755);
  const { root, entrypoint, env: variables } = await unpackImage(archive, unpacked);
  return {
    main,
    binary,
    image: { root, entrypoint, env: Object.fromEntries(variables.map((text) => text.split(/=(.*)/s).slice(0, 2))) },
    size: (await Deno.stat(binary)).size,
    permissions: (await must(Deno.execPath(), ["run", "--no-check", main, "permissions", "--for", "pod", ...flags]))
      .trim(),
  };
}

/** Prints manifests, or writes them into a folder. */
export async function manifestsOf(main: string, args: readonly string[]): Promise<string> {
  const writes = args.includes("--output") ? ["--allow-read", "--allow-write"] : [];
  return await must(Deno.execPath(), ["run", "--no-check", "--no-prompt", ...writes, main, "manifests", ...args]);
}
