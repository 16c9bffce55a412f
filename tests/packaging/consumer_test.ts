/**
 * Whoever uses the module: a project of its own outside the checkout, that imports it as `jsr:@staircase/operator`.
 *
 * What such a project's deno.json takes for a checkout instead of the release, as found out here:
 * - `links` names the checkout, and also each of the checkout's own links: only the root's `links` count, and Deno warns that
 *   it passes over those of a linked package.
 * - The version in `imports` must fit the one in the checkout's deno.json.
 * - The checkout's own imports (`zod`, `@std/log`) resolve by its own deno.json. The project names only what it imports
 *   itself, and npm packages need no node_modules folder.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { deploymentStandIn, EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";
import { CHECKOUT, run, temporaryFolder } from "./programs.ts";

async function makeProject(folder: string, program: string): Promise<void> {
  const { version, links, imports } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  const config = {
    imports: { "@staircase/operator": `jsr:@staircase/operator@^${version}`, "zod": imports.zod },
    links: [CHECKOUT, ...links.map((link: string) => resolve(CHECKOUT, link))],
  };
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
  await Deno.writeTextFile(`${folder}/main.ts`, program);
}

const fromReadme = () => Deno.readTextFile(new URL("consumer/main.ts", import.meta.url));

/** The first program that the README shows. */
async function readmeProgram(): Promise<string> {
  const text = await Deno.readTextFile(`${CHECKOUT}README.md`);
  return /```ts ignore\n(.*?)```/s.exec(text)![1]!;
}

Deno.test("a project outside the checkout type-checks and runs an operator that was written from the README", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, await fromReadme());

  const checked = await run(Deno.execPath(), ["check", "main.ts"], { cwd: folder.path });
  assertEquals(checked.code, 0, checked.stderr);

  const { code, stdout, stderr } = await run(Deno.execPath(), ["run", "--no-prompt", "main.ts"], { cwd: folder.path });
  assertEquals(code, 0, stderr);
  const runs = stdout.split("\n").filter((line) => line.startsWith("default/hello "));
  const changes = [
    "create Secret default/hello",
    "create Deployment default/hello",
    "patch status of Foo default/hello",
  ];
  assertEquals(
    runs.filter((line) => line.includes("Modified")),
    changes.map((change) => `default/hello Modified ${change}`),
  );
  assertMatch(runs.at(-1)!, /NoOp/);
});

Deno.test("a project outside the checkout is told of its mistake by the type checker: an observe step cannot change", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, await fromReadme());
  const program = await Deno.readTextFile(`${folder.path}/main.ts`);
  await Deno.writeTextFile(`${folder.path}/main.ts`, program.replaceAll(".change(", ".observe("));

  const { code, stderr } = await run(Deno.execPath(), ["check", "main.ts"], { cwd: folder.path });

  assertEquals(code, 1);
  assertStringIncludes(stderr, "An observe step cannot return a Change");
});

const FOOS = "/apis/example.dev/v1/namespaces/default/foos";

/** A cluster that speaks HTTP, and a kubeconfig for it. */
async function serveCluster(folder: string) {
  const cluster = new EmbeddedCluster();
  const standIn = deploymentStandIn(cluster, { readyAfter: 10 });
  const server = serveEmbedded(cluster);
  const kubeconfig = `${folder}/kubeconfig`;
  const config = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "here",
    "contexts": [{ name: "here", context: { cluster: "here", user: "here" } }],
    "clusters": [{ name: "here", cluster: { server: server.url } }],
    "users": [{ name: "here", user: {} }],
  };
  await Deno.writeTextFile(kubeconfig, JSON.stringify(config));
  const stop = async () => {
    await standIn[Symbol.asyncDispose]();
    cluster.close();
    await server[Symbol.asyncDispose]();
  };
  return { cluster, kubeconfig, [Symbol.asyncDispose]: stop };
}

/** The first event of a watch, from the beginning, that is as wanted. */
async function firstOf(cluster: EmbeddedCluster, path: string, isIt: (object: Record<string, unknown>) => boolean) {
  const querystring = new URLSearchParams({ watch: "true", resourceVersion: "0" });
  const options = { method: "GET", path, querystring, expectStream: true, expectJson: true } as const;
  for await (const event of await cluster.performRequest(options)) {
    const { object } = event as { object: Record<string, unknown> };
    if (isIt(object)) return object;
  }
  throw new Error(`Cannot find what is wanted at ${path} as the watch has ended`);
}

Deno.test("the operator that the README shows runs as it stands, and stops when it is told to", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, await readmeProgram());
  await using served = await serveCluster(folder.path);
  const { cluster, kubeconfig } = served;
  const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  const operator = new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "--no-prompt", "--allow-net", "--allow-read", "--allow-env", "main.ts"],
    cwd: folder.path,
    env: { KUBECONFIG: kubeconfig, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = operator.output();
  try {
    const established = (object: Record<string, unknown>) =>
      JSON.stringify(object["status"] ?? "").includes("Established");
    await Promise.race([firstOf(cluster, crds, established), output.then(({ stderr }) => Promise.reject(stderr))]);
    const metadata = { name: "hello" };
    const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata, spec: { image: "example.dev/foo:1" } };
    await cluster.performRequest({ method: "POST", path: FOOS, bodyJson });
    const foo = await firstOf(cluster, FOOS, ({ status }) => status !== undefined);
    assertEquals(foo["status"], { observed: 1 });
  } finally {
    operator.kill("SIGTERM");
  }
  const { code, stdout, stderr } = await output;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertStringIncludes(new TextDecoder().decode(stdout), '"change":"create Deployment default/hello"');
});
