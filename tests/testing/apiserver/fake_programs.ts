/** Programs in place of etcd and kube-apiserver, for what is told of starts that fail and of processes that are left. */

/** A folder for a test, with programs that are shell scripts; it goes when the test ends. */
export interface FakeFolder extends AsyncDisposable {
  readonly path: string;
  /** The folder of the programs. */
  readonly bin: string;
  /** The folder for temporary files. */
  readonly temporary: string;
}

/** Runs until it is told to end. */
export const RUNS = "while :; do sleep 0.1; done";

/** Makes the programs of the scripts. */
export async function fakePrograms(scripts: { etcd: string; apiServer: string }): Promise<FakeFolder> {
  const path = await Deno.makeTempDir({ prefix: "staircase-fakes-" });
  const [bin, temporary] = [`${path}/bin`, `${path}/tmp`];
  await Deno.mkdir(bin);
  await Deno.mkdir(temporary);
  for (const [name, script] of [["etcd", scripts.etcd], ["kube-apiserver", scripts.apiServer]] as const) {
    await Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return { path, bin, temporary, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The command lines of all processes that name the folder. */
export function processesOf(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name)).map(({ name }) => {
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
    } catch {
      return ""; // it has ended meanwhile
    }
  }).filter((line) => line.includes(folder));
}
