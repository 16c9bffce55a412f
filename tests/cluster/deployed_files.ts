/** Manifests in files, and the programs that users have for them. */

import type { Files } from "@staircase/operator/deploy";
import type { Cluster } from "./cluster.ts";

/** What a program has said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with files that goes with the test. */
export class FilesFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async of(files: Files): Promise<FilesFolder> {
    const folder = await Deno.makeTempDir({ prefix: "staircase-deployed-" });
    for (const [path, text] of Object.entries(files)) {
      const file = `${folder}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    return new FilesFolder(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Runs a program against a cluster, and fails if it does. */
export async function succeed(cluster: Cluster, program: string, args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await ask(cluster, program, args, input);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed with ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** Runs a program against a cluster, whatever comes of it. */
export async function ask(cluster: Cluster, program: string, args: readonly string[], input = ""): Promise<Said> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { KUBECONFIG: cluster.kubeconfig },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(120_000),
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await written;
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
