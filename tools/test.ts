// deno-lint-ignore-file no-console -- a tool's output
/**
 * Runs the tests that need nothing but Deno, the least powerful first: `deno task test [deno test's arguments]`.
 *
 * With `--new` (`deno task test:new`), only those whose result may differ from the last one: each file that passed is noted with
 * a hash of all that it depends on, and is left out while that hash is the same, as `go test` does it. The notes are in the
 * folder of git; without git, all are run. CI always runs all.
 */

import { inOrderOfPower, inputsOf, passedIn, type TestFile, type TextOf } from "./test_selection.ts";

const ROOT = new URL("../", import.meta.url);

/** Where examples are. */
const WITH_EXAMPLES = ["lib/", "docs/", "README.md", "mod.ts"];

/** What a result depends on whatever the test is. */
const COMMON = ["deno.json", "deno.lock"];

// Off by default since Deno 2.8: what a test leaves behind would show in another, or in none.
const SANITIZERS = { DENO_TEST_SANITIZE_OPS: "1", DENO_TEST_SANITIZE_RESOURCES: "1" };

async function main(args: readonly string[]): Promise<number> {
  const checkout = await filesOfCheckout();
  const textOf = readingOnce();
  const tests = inOrderOfPower(await testFiles(checkout), textOf);
  if (args[0] === "--new") return await runNew(tests, checkout, textOf, args.slice(1));
  return await denoTest(["--doc", ...args, ...tests.map(({ path }) => path), ...WITH_EXAMPLES]);
}

async function runNew(
  tests: readonly TestFile[],
  checkout: readonly string[],
  textOf: TextOf,
  args: readonly string[],
): Promise<number> {
  const notes = await Notes.open();
  const keyed = await Promise.all(
    tests.map(async (test) => ({ path: test.path, key: await hashOf(inputsOf(test, checkout, textOf), textOf) })),
  );
  const changed = keyed.filter((one) => !notes.has(one));
  const examples = await newExamples(checkout, textOf, notes);
  const count = (of: readonly unknown[], all: number) => `${of.length} of ${all}`;
  console.error(
    `${count(changed, tests.length)} test files and ${count(examples.changed, examples.all)} with examples`,
  );
  const failed = changed.length > 0 ? await runAndNote(changed, notes, args) : 0;
  if (failed !== 0 || examples.changed.length === 0) return failed;
  const code = await denoTest(["--doc", "--permit-no-files", ...args, ...examples.files]);
  if (code === 0 && args.length === 0) await notes.add(examples.changed);
  return code;
}

/** A file, and a hash of all that its result depends on. */
interface Keyed {
  readonly path: string;
  readonly key: string;
}

async function runAndNote(changed: readonly Keyed[], notes: Notes, args: readonly string[]): Promise<number> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    // Their types are checked by `deno task check`.
    const files = changed.map(({ path }) => path);
    const code = await denoTest(["--no-check", `--junit-path=${report}`, ...args, ...files]);
    const passed = new Set(passedIn(await Deno.readTextFile(report)));
    // With arguments, such as a filter, not all of a file may have been run.
    if (args.length === 0) await notes.add(changed.filter(({ path }) => passed.has(path)));
    return code;
  } finally {
    await Deno.remove(report);
  }
}

/** Examples import from the doors, and so depend on the whole module. */
async function newExamples(checkout: readonly string[], textOf: TextOf, notes: Notes) {
  const files = checkout.filter((path) => WITH_EXAMPLES.some((start) => path.startsWith(start)))
    .filter((path) => /\.(?:ts|md)$/.test(path) && textOf(path).includes("```"));
  const module = await hashOf(checkout.filter((path) => /^(?:lib|links)\/|^mod\.ts$/.test(path)), textOf);
  const keyed = await Promise.all(files.map(async (path) => ({
    path: `examples of ${path}`,
    key: `${module} ${await hashOf([path], textOf)}`,
  })));
  const changed = keyed.filter((one) => !notes.has(one));
  return { all: files.length, changed, files: files.filter((_, index) => changed.includes(keyed[index]!)) };
}

/** What passed when it depended on what. */
class Notes {
  readonly #file: string | undefined;
  readonly #keys: Map<string, string>;

  private constructor(file: string | undefined, keys: Map<string, string>) {
    this.#file = file;
    this.#keys = keys;
  }

  static async open(): Promise<Notes> {
    const file = await git(["rev-parse", "--git-path", "staircase-tested.json"]);
    if (file === undefined) return new Notes(undefined, new Map());
    const path = file.startsWith("/") ? file : new URL(file, ROOT).pathname;
    try {
      return new Notes(path, new Map(Object.entries(JSON.parse(await Deno.readTextFile(path)))));
    } catch {
      return new Notes(path, new Map()); // the first time, or cut off: then all are run
    }
  }

  has({ path, key }: Keyed): boolean {
    return this.#keys.get(path) === key;
  }

  async add(passed: readonly Keyed[]): Promise<void> {
    for (const { path, key } of passed) this.#keys.set(path, key);
    if (this.#file) await Deno.writeTextFile(this.#file, JSON.stringify(Object.fromEntries(this.#keys), undefined, 1));
  }
}

/** All files that are not ignored; without git, those that a walk finds. */
async function filesOfCheckout(): Promise<string[]> {
  const listed = await git(["ls-files", "--cached", "--others", "--exclude-standard"]);
  if (listed !== undefined) {
    return [...new Set(listed.split("\n"))].filter((path) => path !== "" && isThere(path)).sort();
  }
  return [...walk("")].sort();
}

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || "./", ROOT))) {
    if (name === ".git" || name === "node_modules" || name === ".build" || name === ".run") continue;
    if (isDirectory) yield* walk(`${folder}${name}/`);
    else yield folder + name;
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch {
    return false; // deleted, and still in git's index
  }
}

/** Undefined where this is no checkout, or there is no git. */
async function git(args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args: [...args], cwd: ROOT, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: Resolved; readonly type?: Resolved }[];
  }[];
}
interface Resolved {
  readonly specifier?: string;
}

/** The tests that need no cluster, with what they import. One look at the graph of all: it takes a fraction of a second. */
async function testFiles(checkout: readonly string[]): Promise<TestFile[]> {
  const paths = checkout.filter((path) => /^tests\/(?!cluster\/).*_test\.ts$/.test(path));
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      all,
      paths.map((path) => `import ${JSON.stringify(new URL(path, ROOT).href)};`).join("\n"),
    );
    const config = new URL("deno.json", ROOT).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", config, all],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
    const imports = new Map(graph.modules.map(({ specifier, dependencies = [] }) => [
      specifier,
      dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier].filter((one) => one !== undefined)),
    ]));
    return paths.map((path) => ({ path, closure: closureOf(path, imports) }));
  } finally {
    await Deno.remove(all);
  }
}

function closureOf(path: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const open = [new URL(path, ROOT).href];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next) || !next.startsWith(ROOT.href)) continue;
    seen.add(next);
    open.push(...imports.get(next) ?? []);
  }
  return [...seen].map((specifier) => specifier.slice(ROOT.href.length)).sort();
}

function readingOnce(): TextOf {
  const texts = new Map<string, string>();
  return (path) => {
    let text = texts.get(path);
    if (text === undefined) texts.set(path, text = isThere(path) ? Deno.readTextFileSync(new URL(path, ROOT)) : "");
    return text;
  };
}

const hashes = new Map<string, Promise<string>>();

async function hashOf(paths: readonly string[], textOf: TextOf): Promise<string> {
  const parts = [Deno.version.deno];
  for (const path of [...new Set([...COMMON, ...paths])].sort()) {
    let hash = hashes.get(path);
    if (!hash) hashes.set(path, hash = digest(textOf(path)));
    parts.push(path, await hash);
  }
  return await digest(parts.join("\n"));
}

async function digest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toBase64();
}

async function denoTest(args: readonly string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-prompt", "--allow-all", ...args],
    env: SANITIZERS,
    cwd: ROOT,
  });
  return (await command.spawn().status).code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
