/** The workflows of the forge: they name what there is, on the Denos that are supported, and may do no more than they must. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { load } from "js-yaml";
import { CHECKOUT, run } from "./programs.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

type Permissions = Readonly<Record<string, string>>;

interface Job {
  readonly steps: readonly Step[];
  readonly needs?: string;
  readonly permissions?: Permissions;
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = `${CHECKOUT}.github/workflows/`;
const read = (path: string) => Deno.readTextFile(`${CHECKOUT}${path}`);

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
const texts = new Map(names.map((name) => [name, Deno.readTextFileSync(FOLDER + name)]));
const workflows = new Map([...texts].map(([name, text]) => [name, load(text) as Workflow]));
const config = JSON.parse(await read("deno.json"));

const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ at: `${file}: ${name}`, job }))
);
const steps = jobs.flatMap(({ at, job }) => job.steps.map((step) => ({ at, job, step })));
const commands = steps.flatMap(({ at, step }) => step.run === undefined ? [] : [{ at, command: step.run }]);

/** The oldest Deno that the README promises, such as `2.6`. */
const oldest = /^Deno (\d+\.\d+) or newer/m.exec(await read("README.md"))![1]!;
/** The Deno that everything is made with, such as `2.9.6`. */
const current = /deno@(\S+)\)/.exec(await read(".ci/run"))![1]!;

Deno.test("a change is held to the gate, the tests, the packages from JSR and a real control plane; dependencies are audited", () => {
  assertEquals(names, ["audit.yml", "ci.yml", "publish.yml"]);
  const named = (file: string) =>
    Object.values(workflows.get(file)!.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  const ci = named("ci.yml");
  for (const task of ["ok:static", "check", "test", "test:oldest", "test:jsr", "test:cluster"]) {
    assert(ci.some((command) => command.endsWith(`deno task ${task}`)), task);
  }
  assert(named("audit.yml").includes("deno audit"));
  assert("schedule" in workflows.get("audit.yml")!.on);
});

Deno.test("each task and each tool that a workflow names is there", async () => {
  let found = 0;
  for (const { at, command } of commands) {
    for (const [, task] of command.matchAll(/deno task (\S+)/g)) {
      assert(task! in config.tasks, `${at}: ${task}`);
      found++;
    }
    for (const [, tool] of command.matchAll(/\b(tools\/\S+\.ts)\b/g)) {
      assert((await Deno.stat(CHECKOUT + tool)).isFile, `${at}: ${tool}`);
      found++;
    }
  }
  assert(found > 10, `${found} found`);
});

Deno.test("the Denos are those of the README, the Dockerfile and CI: the current one, and beside it the oldest", async () => {
  assertStringIncludes(await read("README.md"), `deno@${current} `);
  const [, built] = /(?:denoland\/deno:|DENO_VERSION=)([\d.]+)/.exec(await read("Dockerfile"))!;
  assertEquals(built, current);
  assertStringIncludes(await read("CONTRIBUTING.md"), `deno@${current}`);
  const used = steps.filter(({ step }) => step.uses?.startsWith("denoland/setup-deno@"));
  const versions = jobs.map(({ at }) => [
    at,
    used.filter((one) => one.at === at).map(({ step }) => step.with?.["deno-version"]),
  ]);
  const expected: Readonly<Record<string, readonly string[]>> = {
    "ci.yml: oldest": [`v${oldest}.x`],
    "ci.yml: test": [`v${oldest}.x`, `v${current}`],
  };
  assertEquals(versions, jobs.map(({ at }) => [at, [...expected[at] ?? [`v${current}`]]]));
  // How the tests find the oldest one.
  const [, name] = /DENO_2_6="\$\(command -v (\S+)\)" deno task test$/m.exec(texts.get("ci.yml")!)!;
  assert(used.some(({ step }) => step.with?.["deno-binary-name"] === name));
});

Deno.test("Go is that of CONTRIBUTING.md", async () => {
  const [go] = steps.filter(({ step }) => step.uses?.startsWith("actions/setup-go@"));
  assertStringIncludes(await read("CONTRIBUTING.md"), `Go ${String(go!.step.with?.["go-version"]).replace(".x", "")}`);
});

Deno.test("a job may read the code and nothing else, but for the one that publishes and the one that writes the release", () => {
  for (const [name, { permissions }] of workflows) assertEquals(permissions, { contents: "read" }, name);
  const more = jobs.flatMap(({ at, job }) => job.permissions ? [[at, job.permissions]] : []);
  assertEquals(more, [
    ["publish.yml: jsr", { "contents": "read", "id-token": "write" }],
    ["publish.yml: notes", { contents: "write" }],
  ]);
});

Deno.test("publishing is for tags alone, after all checks, and keeps the proof of where it was built", () => {
  const { on, jobs: { check, jsr, notes } } = workflows.get("publish.yml")!;
  assertEquals(on, { push: { tags: ["v*"] } });
  assertEquals([check!.needs, jsr!.needs, notes!.needs], [undefined, "check", "jsr"]);
  const checked = check!.steps.flatMap(({ run }) => run ?? []);
  for (const task of ["ok:static", "test", "test:jsr"]) assert(checked.includes(`deno task ${task}`), task);
  assert(checked.some((command) => command.includes("tools/release_notes.ts")));
  assertEquals(jsr!.steps.flatMap(({ run }) => run ?? []), ["deno run -A tools/publish.ts"]);
  for (const [name, workflow] of workflows) {
    if (name !== "publish.yml") assert(!JSON.stringify(workflow.jobs).includes("publish.ts"), name);
  }
});

Deno.test("no workflow runs a stranger's change with more than its own rights, or has a secret", () => {
  for (const [name, { on }] of workflows) {
    assert(!("pull_request_target" in on) && !("workflow_run" in on), name);
    assert(!/secrets\./.test(texts.get(name)!), name);
  }
});

Deno.test("actions are pinned by the hash of a commit, each with its version beside it", () => {
  const lines = [...texts].flatMap(([name, text]) =>
    text.split("\n").filter((line) => line.includes("uses:")).map((line) => `${name}: ${line.trim()}`)
  );
  assertEquals(lines.length, steps.filter(({ step }) => step.uses !== undefined).length);
  for (const line of lines) assertMatch(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

Deno.test("the token of a run is not left in the checkout, and every job has an end", () => {
  for (const { at, job } of jobs) assert(Number.isInteger(job["timeout-minutes"]), at);
  for (const { at, step } of steps) {
    if (step.uses?.startsWith("actions/checkout@")) assertEquals(step.with?.["persist-credentials"], false, at);
  }
});

Deno.test("no command has a text of the event in it, which whoever names a branch could make a command of", () => {
  for (const { at, command } of commands) assert(!command.includes("${{"), `${at}: ${command}`);
});

const hasActionlint = await run("actionlint", ["-version"]).then(({ code }) => code === 0, () => false);

Deno.test("actionlint finds nothing to say", { ignore: !hasActionlint }, async () => {
  const { code, stdout } = await run("actionlint", [], { env: { GIT_DIR: undefined } });
  assertEquals([code, stdout], [0, ""]);
});
