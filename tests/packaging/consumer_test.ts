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
import { type CustomObject, kindOf } from "../../mod.ts";
import { deploymentStandIn, EmbeddedCluster, serveEmbedded } from "../../lib/testing/mod.ts";
import { elfBytes } from "../ship/elf_files.ts";
import { CHECKOUT, run, temporaryFolder } from "./programs.ts";

async function makeProject(folder: string, program: string): Promise<void> {
  const { version, links, imports } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  const config = {
    imports: {
      "@staircase/operator": `jsr:@staircase/operator@^${version}`,
      "zod": imports.zod,
      "@std/assert": imports["@std/assert"],
    },
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

/** What the test sees of the README's kind. */
const Foo = kindOf<CustomObject<{ image: string }, { observed: number }>>({
  ...{ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" },
});
const Definition = kindOf<CustomObject<unknown, { conditions?: readonly { type: string }[] }>>({
  ...{ group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition" },
  ...{ plural: "customresourcedefinitions", scope: "Cluster" },
});

Deno.test("the operator that the README shows runs as it stands, and stops when it is told to", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, await readmeProgram());
  await using served = await serveCluster(folder.path);
  const { cluster, kubeconfig } = served;

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
    const established = cluster.waitFor(
      Definition,
      "foos.example.dev",
      ({ status }) => status?.conditions?.some(({ type }) => type === "Established") ?? false,
    );
    await Promise.race([established, output.then(({ stderr }) => Promise.reject(stderr))]);
    await cluster.create(Foo, { metadata: { name: "hello" }, spec: { image: "example.dev/foo:1" } });
    const foo = await cluster.waitFor(Foo, "hello", ({ status }) => status !== undefined);
    assertEquals(foo.status, { observed: 1 });
  } finally {
    operator.kill("SIGTERM");
  }
  const { code, stdout, stderr } = await output;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertStringIncludes(new TextDecoder().decode(stdout), '"change":"create Deployment default/hello"');
});

Deno.test("a project outside the checkout tests its operators: of a kind of its own, a built-in one, and one of something outside", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, "");
  const newcomer = new URL("../newcomer/", import.meta.url);
  for await (const { name } of Deno.readDir(newcomer)) {
    await Deno.copyFile(new URL(name, newcomer), `${folder.path}/${name}`);
  }

  const { code, stdout, stderr } = await run(Deno.execPath(), ["test", "--no-prompt", "--allow-net=127.0.0.1"], {
    cwd: folder.path,
  });

  assertEquals(code, 0, stdout + stderr);
  assertStringIncludes(stdout, "9 passed | 0 failed");
});

Deno.test("a project outside the checkout makes its executable by the program's published name", async () => {
  await using folder = await temporaryFolder();
  await makeProject(folder.path, await readmeProgram());
  // A runtime part that is none: the executable is not run here.
  const runtime = elfBytes({ interpreter: "/lib64/ld-linux-x86-64.so.2" });
  await Deno.writeFile(`${folder.path}/denort`, runtime);
  await Deno.writeTextFile(`${folder.path}/denort`, `Deno/${Deno.version.deno}+0000000`, { append: true });
  const target = "x86_64-unknown-linux-gnu";
  const build = ["run", "-A", "@staircase/operator/ship", "build", "main.ts", "--target", target, "--output", "it"];

  const { code, stderr } = await run(Deno.execPath(), build, {
    cwd: folder.path,
    env: { DENORT_BIN: `${folder.path}/denort` },
  });

  assertEquals(code, 0, stderr);
  assertMatch(stderr, /it is made: \d+\.\d MB, --allow-net=kubernetes\.default\.svc:443\S* --allow-read=\S+$/m);
  const text = await Deno.readTextFile(`${folder.path}/it`);
  assertStringIncludes(text, '"allow_net":["kubernetes.default.svc:443"');
  assertEquals(text.includes(folder.path), false, "where the project lies is not in it");
});
