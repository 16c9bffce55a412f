/** The executable on a real control plane: `deno task test:cluster tests/packaging/executable_cluster_test.ts`. */

import { assertEquals } from "@std/assert";
import { callApi } from "../cluster/api.ts";
import { attachCluster, type Cluster, eventually } from "../cluster/cluster.ts";
import { CHECKOUT, compilerAtHand, run, temporaryFolder, variable } from "./programs.ts";

const compiler = compilerAtHand();

Deno.test({
  name: "the executable serves the cluster of its kubeconfig until SIGTERM",
  // Compiling takes Deno's runtime part, which many networks do not reach: DENORT_BIN and DENO_2_6 name one and its Deno.
  // The task starts the cluster, and names it.
  ignore: compiler === undefined || variable("STAIRCASE_TEST_CLUSTER") === undefined,
  fn: async () => {
    const cluster = await attachCluster();
    await using folder = await temporaryFolder();
    const output = `${folder.path}/operator`;
    // A network may have a certificate authority of its own, which esbuild is downloaded through.
    const tls = { DENO_TLS_CA_STORE: "mozilla,system" };
    const env = { KUBECONFIG: cluster.kubeconfig, DENORT_BIN: compiler!.denort, ...tls };
    const build = ["build", `${CHECKOUT}examples/simple.ts`, "--for", "kubeconfig", "--output", output];
    const args = ["run", "-A", `${CHECKOUT}lib/ship/mod.ts`, ...build];
    const made = await run(compiler!.deno, args, { env });
    assertEquals(made.code, 0, made.stderr);

    const operator = new Deno.Command(output, { env, stdout: "null", stderr: "null" }).spawn();
    try {
      await createAndDelete(cluster);
    } finally {
      operator.kill("SIGTERM");
    }
    assertEquals((await operator.status).code, 0);
  },
});

/** What a user does, and what the operator must make of it. */
async function createAndDelete({ url, ca, adminToken: token }: Cluster): Promise<void> {
  const call = (method: string, path: string, body?: unknown) =>
    callApi<Answer>({ url, ca, token }, method, path, body);
  const namespace = `executable-${crypto.randomUUID().slice(0, 8)}`;
  await call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  const foos = `/apis/example.dev/v1/namespaces/${namespace}/foos`;
  const foo = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "hello" }, spec: { replicas: 2 } };
  // Again and again, since it is the executable that installs the kind.
  await eventually(() => call("POST", foos, foo), { within: 15_000 });
  await eventually(async () => (await call("GET", `${foos}/hello`)).status?.ready === 2, { within: 30_000 });
  await call("DELETE", `${foos}/hello`);
  await eventually(async () => (await call("GET", foos)).items?.length === 0, { within: 15_000 });
  await call("DELETE", `/api/v1/namespaces/${namespace}`);
}

/** What is looked at of a Foo, and of a list of them. */
interface Answer {
  readonly status?: { readonly ready?: number };
  readonly items?: readonly unknown[];
}
