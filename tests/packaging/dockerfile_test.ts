/** The image: what its Dockerfile promises, and that its build has all that it takes. No container engine is needed. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { cp } from "node:fs/promises";
import { parseAllowed, parseStages, type Stage, valuesOf } from "./dockerfile.ts";
import { CHECKOUT, compilerAtHand, run, temporaryFolder } from "./programs.ts";

const compiler = compilerAtHand();

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
  assertEquals(final.map(({ name }) => name), ["FROM", "COPY", "USER", "ENTRYPOINT"]);
  assertMatch(valuesOf(final, "FROM")[0]!, /^gcr\.io\/distroless\/cc-debian\d+:nonroot$/);
  assertEquals(JSON.parse(valuesOf(final, "ENTRYPOINT")[0]!), [copied(final).to]);
});

Deno.test("the image's user is not root, by number, so that runAsNonRoot can be checked", async () => {
  const { final } = await stages();
  assertMatch(valuesOf(final, "USER")[0]!, /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("the image is built with the Deno that this project is developed on", async () => {
  const [, version] = /^ARG DENO_VERSION=(\S+)$/m.exec(await Deno.readTextFile(`${CHECKOUT}Dockerfile`)) ?? [];
  const readme = await Deno.readTextFile(`${CHECKOUT}README.md`);
  assert(version && readme.includes(`deno@${version} `), `README.md must name deno@${version}`);
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
    const env = { PATH: `${folder.path}/bin:${Deno.env.get("PATH")}`, DENORT_BIN: denort };

    const [command = ""] = valuesOf(build, "RUN");
    const { code, stderr } = await run("sh", ["-c", command], { cwd: context, env });

    assertEquals(code, 0, stderr);
    const executable = copied(final).from.replace(valuesOf(build, "WORKDIR")[0]!, context);
    const { isFile, mode } = await Deno.stat(executable);
    assert(isFile && (mode! & 0o111) === 0o111);
  },
});
