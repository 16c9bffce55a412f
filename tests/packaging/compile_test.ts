/** The executable: what it is allowed, how it ends without a cluster, and what is said when it cannot be made. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatPermissionFlags, podPermissions } from "../../lib/doors/cluster.ts";
import { CHECKOUT, compilerAtHand, run, type RunOptions, temporaryFolder } from "./programs.ts";

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const compiler = compilerAtHand();

/** Builds the first example. */
function compile(deno: string, args: string[], { env = {} }: RunOptions) {
  const build = ["run", "-A", `${CHECKOUT}lib/ship/mod.ts`, "build", `${CHECKOUT}examples/simple.ts`];
  // A network may have a certificate authority of its own.
  return run(deno, [...build, ...args], { env: { DENO_TLS_CA_STORE: "mozilla,system", ...env } });
}

/** What it may in a pod. */
const permissions = `--permissions=${formatPermissionFlags(podPermissions()).join(" ")}`;

Deno.test("in a pod the executable may reach the API server by name and read its service account, and nothing else", () => {
  assertEquals(formatPermissionFlags(podPermissions()), [
    "--allow-net=kubernetes.default.svc:443",
    "--allow-read=/var/run/secrets/kubernetes.io/serviceaccount",
  ]);
});

Deno.test({
  name: "outside a cluster the executable says what is missing and fails: it never shows a cluster of its own instead",
  // Compiling takes Deno's runtime part, which many networks do not reach: DENORT_BIN and DENO_2_6 name one and its Deno.
  // In a pod with a service account, the executable would serve that cluster.
  ignore: compiler === undefined || await isThere(TOKEN),
  fn: async () => {
    await using folder = await temporaryFolder();
    const output = `${folder.path}/simple`;
    const made = await compile(compiler!.deno, ["--output", output, permissions], {
      env: { DENORT_BIN: compiler!.denort },
    });
    assertEquals(made.code, 0, made.stderr);

    // Neither the environment nor a kubeconfig counts: reading them was not baked in.
    const { code, stdout, stderr } = await run(output, [], { cwd: folder.path, env: { KUBECONFIG: "/is/not/read" } });

    assertEquals(code, 1);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, "error: Cannot find a cluster as no source has one: ");
    assertStringIncludes(stderr, `service account of the pod: ${TOKEN} is not there`);
  },
});

Deno.test("where the runtime part cannot be downloaded, the error says to set DENORT_BIN, and of which version", async () => {
  await using folder = await temporaryFolder();
  // A cache without the runtime part, but with the npm packages; and a proxy that nobody answers at.
  await Deno.symlink(await fillNpmCache(), `${folder.path}/npm`);
  const nobody = "http://127.0.0.1:9";
  const proxy = { HTTPS_PROXY: nobody, https_proxy: nobody, NO_PROXY: undefined, no_proxy: undefined };
  const env = { DENORT_BIN: undefined, DENO_DIR: folder.path, ...proxy };
  const output = `${folder.path}/simple`;

  const args = ["--output", output, permissions, "--no-bundle", "--no-check"];
  const { code, stderr } = await compile(Deno.execPath(), args, { env });

  assertEquals(code, 1);
  assertStringIncludes(stderr, "Deno's runtime part cannot be downloaded: set DENORT_BIN");
  assertStringIncludes(stderr, `Deno ${Deno.version.deno} for ${Deno.build.target}`);
});

Deno.test("where esbuild cannot be downloaded, the error says so, and how to do without", async () => {
  await using folder = await temporaryFolder();
  await Deno.symlink(await fillNpmCache(), `${folder.path}/npm`);
  const nobody = "http://127.0.0.1:9";
  const proxy = { HTTPS_PROXY: nobody, https_proxy: nobody, NO_PROXY: undefined, no_proxy: undefined };
  const env = { DENORT_BIN: undefined, DENO_DIR: folder.path, ...proxy };

  const args = ["--output", `${folder.path}/simple`, permissions, "--no-check"];
  const { code, stderr } = await compile(Deno.execPath(), args, { env });

  assertEquals(code, 1);
  assertStringIncludes(stderr, "esbuild cannot be downloaded from npm's registry");
  assertStringIncludes(stderr, "--no-bundle");
});

Deno.test("a runtime part of another version is refused, since its executables would not start", async () => {
  await using folder = await temporaryFolder();
  const other = `${folder.path}/denort`;
  // It begins like the version that is wanted.
  await Deno.writeTextFile(other, `Deno/${Deno.version.deno}1+0000000`);

  const { code, stderr } = await compile(Deno.execPath(), ["--output", `${folder.path}/simple`], {
    env: { DENORT_BIN: other },
  });

  assertEquals(code, 1);
  assertStringIncludes(stderr, `must be of this Deno's version, ${Deno.version.deno}: current value is ${other}`);
});

/** Brings the npm packages of the example, and answers where they are. */
async function fillNpmCache(): Promise<string> {
  await run(Deno.execPath(), ["cache", "examples/simple.ts", "lib/ship/mod.ts"]);
  const { stdout } = await run(Deno.execPath(), ["info", "--json"]);
  return JSON.parse(stdout).npmCache;
}

async function isThere(path: string): Promise<boolean> {
  if ((await Deno.permissions.query({ name: "read", path })).state !== "granted") return false;
  return await Deno.stat(path).then(() => true, () => false);
}
