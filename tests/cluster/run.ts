/** Runs the cluster tests against one real cluster: `deno task test:cluster [deno test's args]`. */

import { fileURLToPath } from "node:url";
import { type Cluster, startCluster } from "./cluster.ts";
import { say } from "./progress.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

async function run(args: string[]): Promise<number> {
  const interruption = listenForInterruption();
  const start = Date.now();
  await using cluster = await startCluster();
  say(`ready after ${Date.now() - start} ms, ${cluster.url}`);
  if (interruption.code !== undefined) return interruption.code;
  const { code } = await spawnTests(cluster, args, interruption).status;
  return interruption.code ?? code;
}

/** Keeps SIGINT and SIGTERM from ending this process before the cluster has been stopped. */
function listenForInterruption(): Interruption {
  const interruption: Interruption = {};
  for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(name, () => {
      interruption.code = code;
      interruption.forward?.(name);
    });
  }
  return interruption;
}

interface Interruption {
  /** Exit code after a signal. */
  code?: number;
  /** Tells the tests of the signal, while they run. */
  forward?: (name: Deno.Signal) => void;
}

function spawnTests(cluster: Cluster, args: string[], interruption: Interruption): Deno.ChildProcess {
  const files = args.some((arg) => arg.endsWith("_test.ts")) ? [] : testFiles(HERE);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", ...args, ...files],
    env: {
      // Off by default since Deno 2.8: what a test leaves behind would show in another, or in none.
      DENO_TEST_SANITIZE_OPS: "1",
      DENO_TEST_SANITIZE_RESOURCES: "1",
      STAIRCASE_TEST_KUBECONFIG: cluster.kubeconfig,
      STAIRCASE_TEST_CLUSTER: cluster.stateFile,
    },
  }).spawn();
  interruption.forward = (name) => {
    try {
      child.kill(name);
    } catch {
      // it has ended on its own
    }
  };
  return child;
}

/** Named one by one, as folders that begin with a dot hold no tests. */
function testFiles(dir: string): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (isDirectory && !name.startsWith(".")) found.push(...testFiles(`${dir}${name}/`));
    if (name.endsWith("_test.ts")) found.push(dir + name);
  }
  return found.sort();
}

if (import.meta.main) Deno.exit(await run(Deno.args));
