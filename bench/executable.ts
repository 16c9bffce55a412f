/**
 * What an executable of the first example costs, bundled and not: its size, the time from its start to its first write, its
 * memory. All are measured in turn, on an embedded cluster: `deno run -A bench/executable.ts [rounds]`. Where Deno's runtime
 * part cannot be downloaded, `DENORT_BIN` names it.
 */

import { TypedClient } from "../lib/client/mod.ts";
import { buildExecutable } from "../lib/ship/mod.ts";
import { EmbeddedCluster, serveEmbedded } from "../lib/testing/mod.ts";
import { installCrd } from "../mod.ts";
import { Foo } from "../examples/simple.ts";

const PROGRAM = new URL("../examples/simple.ts", import.meta.url).pathname;

/** How long it rests before its memory is read, in milliseconds. */
const REST = 1000;

interface Sample {
  readonly first: number;
  readonly resident: number;
}

interface Way {
  readonly name: string;
  readonly command: readonly string[];
  readonly bytes?: number;
  readonly samples: Sample[];
}

/** Starts it, and waits until it has made its first write. */
async function measure({ command: [program = "", ...args] }: Way, env: Record<string, string>): Promise<Sample> {
  using cluster = new EmbeddedCluster();
  await installCrd(cluster, Foo);
  const client = new TypedClient(cluster);
  const ref = { namespace: "default" };
  await client.create(Foo, { metadata: { name: "a", ...ref }, spec: { replicas: 0 } });
  await using server = serveEmbedded(cluster);
  await Deno.writeTextFile(env["KUBECONFIG"]!, kubeconfig(server.url));
  const start = performance.now();
  const process = new Deno.Command(program, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  while (!(await client.get(Foo, "a", ref))?.metadata.finalizers?.length) await pause(1);
  const first = performance.now() - start;
  await pause(REST);
  const status = await Deno.readTextFile(`/proc/${process.pid}/status`);
  process.kill("SIGTERM");
  await process.status;
  return { first, resident: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "it", cluster: { server } }],
    users: [{ name: "it", user: {} }],
    contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
    "current-context": "it",
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function make(folder: string, name: string, bundle: boolean): Promise<Way> {
  const { path, bytes } = await buildExecutable({
    main: PROGRAM,
    output: `${folder}/${name.replaceAll(" ", "-")}`,
    permissions: ["--allow-net", "--allow-read", "--allow-env"],
    bundle,
    flags: ["--no-check"],
  });
  return { name, command: [path], bytes, samples: [] };
}

function print(ways: readonly Way[]): void {
  const rows = ways.map(({ name, bytes, samples }) => ({
    name,
    bytes,
    first: median(samples.map(({ first }) => first)),
    resident: median(samples.map(({ resident }) => resident)),
  }));
  const [base] = rows;
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  for (const { name, bytes, first, resident } of rows) {
    const size = bytes ? `${(bytes / 1e6).toFixed(1)} MB (${ratio(bytes, base!.bytes!)})` : "-";
    const start = `first write after ${first.toFixed(0)} ms (${ratio(first, base!.first)})`;
    // deno-lint-ignore no-console -- a tool's output
    console.log(`${name}: ${size}, ${start}, ${resident.toFixed(1)} MiB (${ratio(resident, base!.resident)})`);
  }
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "staircase-executable-" });
  try {
    const env = { KUBECONFIG: `${folder}/kubeconfig`, DENO_NO_UPDATE_CHECK: "1", TMPDIR: "/is/not/there" };
    const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-read", "--allow-env", PROGRAM];
    const ways = [
      await make(folder, "not bundled", false),
      await make(folder, "bundled", true),
      { name: "deno run", command: run, samples: [] },
    ];
    for (let round = 0; round < Number(Deno.args[0] ?? 7); round++) {
      for (const way of ways) way.samples.push(await measure(way, env));
    }
    print(ways);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
