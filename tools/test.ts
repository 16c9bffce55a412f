// deno-lint-ignore-file no-console -- a tool's output
/**
 * Runs the tests that need nothing but Deno, the least powerful first: `deno task test [deno test's arguments]`.
 *
 * With `--new` (`deno task test:new`), only those whose result may differ from the last one: each file that passed is noted with
 * a hash of all that it depends on, and is left out while that hash is the same, as `go test` does it. The notes are in the
 * folder of git; without git, all are run. CI always runs all.
 */

import { byPower, inputsOf, type Outcome, passedIn, type TestFile, type TextOf, totalOf } from "./test_selection.ts";

const ROOT = new URL("../", import.meta.url);

/** Where examples are. */
const WITH_EXAMPLES = ["lib/", "docs/", "README.md", "mod.ts"];

/** What a result depends on whatever the test is, besides what `deno.json` says of modules. */
const COMMON = ["deno.lock"];

/** What `deno.json` says of other things than modules. */
const NOT_OF_MODULES = ["description", "fmt", "license", "lint", "publish", "tasks", "version"];

// Off by default since Deno 2.8: what a test leaves behind would show in another, or in none.
const SANITIZERS = { DENO_TEST_SANITIZE_OPS: "1", DENO_TEST_SANITIZE_RESOURCES: "1" };

async function main(args: readonly string[]): Promise<number> {
  const checkout = await filesOfCheckout();
  const tests = await testFiles(checkout);
  return args[0] === "--new" ? await runNew(tests, checkout, args.slice(1)) : await runAll(tests, args);
}

/** All of them, whatever fails. */
async function runAll(tests: readonly TestFile[], args: readonly string[]): Promise<number> {
  const outcomes: Outcome[] = [];
  // One after another, as within one `deno test` the folders have an order of their own.
  for (const group of byPower(tests, new Files().textOf)) {
    outcomes.push(await denoTest([...args, ...group.map(({ path }) => path)]));
  }
  outcomes.push(await denoTest(["--doc", ...args, ...WITH_EXAMPLES]));
  console.log(`\n${totalOf(outcomes)}`);
  return outcomes.some(({ code }) => code !== 0) ? 1 : 0;
}

/** Those whose result may differ, up to the first group in which one fails: the others are left for the next time. */
async function runNew(
  tests: readonly TestFile[],
  checkout: readonly string[],
  args: readonly string[],
): Promise<number> {
  const notes = await Notes.open();
  const exampleKeysNow = () => exampleKeys(checkout, new Files());
  const examples = await exampleKeysNow();
  const changedExamples = examples.filter((one) => !notes.has(one));
  // With arguments, such as a filter, not all of a file may have been run.
  const note = async (passed: readonly Keyed[], now: () => Promise<Keyed[]>) => {
    if (args.length === 0) await notes.add(stillSo(passed, await now()));
  };
  const groups = byPower(tests, new Files().textOf).map((group) => () => testKeys(group, checkout, new Files()));
  const keyed = await Promise.all(groups.map((keysNow) => keysNow()));
  const changed = keyed.map((group) => group.filter((one) => !notes.has(one)));
  const count = (of: readonly unknown[], all: readonly unknown[]) => `${of.length} of ${all.length}`;
  console.error(`${count(changed.flat(), tests)} test files and ${count(changedExamples, examples)} with examples`);
  for (const [index, group] of changed.entries()) {
    if (group.length === 0) continue;
    const { code, passed } = await runFiles(group, args);
    await note(passed, groups[index]!);
    if (code !== 0) return code;
  }
  if (changedExamples.length === 0) return 0;
  const { code } = await denoTest(["--doc", "--permit-no-files", ...args, ...changedExamples.map(({ path }) => path)]);
  if (code === 0) await note(changedExamples, exampleKeysNow);
  return code;
}

/** A file, and a hash of all that its result depends on. */
interface Keyed {
  readonly path: string;
  /** What it is noted as. */
  readonly name: string;
  readonly key: string;
}

/** Those that nobody has edited meanwhile: of the others it is not known what was run. */
function stillSo(passed: readonly Keyed[], now: readonly Keyed[]): Keyed[] {
  const keys = new Map(now.map(({ name, key }) => [name, key]));
  return passed.filter(({ name, key }) => keys.get(name) === key);
}

async function testKeys(tests: readonly TestFile[], checkout: readonly string[], files: Files): Promise<Keyed[]> {
  return await Promise.all(tests.map(async (test) => {
    const key = await files.hashOf(inputsOf(test, checkout, files.textOf));
    return { path: test.path, name: test.path, key };
  }));
}

/** Examples import from the doors, and so depend on the whole module. */
async function exampleKeys(checkout: readonly string[], files: Files): Promise<Keyed[]> {
  const paths = checkout.filter((path) => WITH_EXAMPLES.some((start) => path.startsWith(start)))
    .filter((path) => /\.(?:ts|md)$/.test(path) && files.textOf(path).includes("```"));
  const module = await files.hashOf(checkout.filter((path) => /^(?:lib|links)\/|^mod\.ts$/.test(path)));
  return await Promise.all(paths.map(async (path) => {
    return { path, name: `examples of ${path}`, key: `${module} ${await files.hashOf([path])}` };
  }));
}

async function runFiles(changed: readonly Keyed[], args: readonly string[]) {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    // Their types are checked by `deno task check`.
    const files = changed.map(({ path }) => path);
    const { code } = await denoTest(["--no-check", `--junit-path=${report}`, ...args, ...files]);
    const passed = new Set(passedIn(await Deno.readTextFile(report)));
    return { code, passed: changed.filter(({ path }) => passed.has(path)) };
  } finally {
    await Deno.remove(report);
  }
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

  has({ name, key }: Keyed): boolean {
    return this.#keys.get(name) === key;
  }

  async add(passed: readonly Keyed[]): Promise<void> {
    for (const { name, key } of passed) this.#keys.set(name, key);
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

/** The files as they are now: each is read once. */
class Files {
  readonly #texts = new Map<string, string>();
  readonly #hashes = new Map<string, Promise<string>>();

  readonly textOf: TextOf = (path) => {
    let text = this.#texts.get(path);
    if (text === undefined) {
      text = isThere(path) ? Deno.readTextFileSync(new URL(path, ROOT)) : "";
      this.#texts.set(path, text);
    }
    return text;
  };

  #ofModules(): string {
    return withoutKeys(this.textOf("deno.json") || "{}", NOT_OF_MODULES);
  }

  async hashOf(paths: readonly string[]): Promise<string> {
    const parts = [Deno.version.deno, this.#ofModules()];
    for (const path of [...new Set([...COMMON, ...paths])].sort()) {
      let hash = this.#hashes.get(path);
      if (!hash) this.#hashes.set(path, hash = digest(this.textOf(path)));
      parts.push(path, await hash);
    }
    return await digest(parts.join("\n"));
  }
}

function withoutKeys(text: string, keys: readonly string[]): string {
  return JSON.stringify(Object.entries(JSON.parse(text)).filter(([key]) => !keys.includes(key)));
}

async function digest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toBase64();
}

/** Runs `deno test`, and shows and keeps what it says. */
async function denoTest(args: readonly string[]): Promise<Outcome> {
  const isColoured = Deno.stdout.isTerminal() && !Deno.noColor;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-prompt", "--allow-all", ...args],
    env: { ...SANITIZERS, ...(isColoured && { FORCE_COLOR: "1" }) },
    cwd: ROOT,
    stdout: "piped",
  }).spawn();
  const [shown, kept] = child.stdout.tee();
  const [text, { code }] = await Promise.all([
    new Response(kept).text(),
    child.status,
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  return { code, text };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
