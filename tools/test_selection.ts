/** Which tests come first, and what each depends on: pure, over the module graph and the texts of files. */

/** A test file and what it imports, at whatever distance; paths are below the checkout. */
export interface TestFile {
  readonly path: string;
  /** Itself included. */
  readonly closure: readonly string[];
}

/** The means of a test, from the least powerful. */
export const POWERS = ["pure", "embedded", "outside"] as const;

/** What a test needs at most: nothing but itself, the embedded cluster, or files, programs and sockets. */
export type Power = (typeof POWERS)[number];

/** The text of a file; empty where there is none. */
export type TextOf = (path: string) => string;

const REACHES_OUT =
  /import\.meta\.(?:url|dirname|filename|resolve)|\bDeno\.(?:Command|listen|connect|serve|open|read|write|stat|make|create)/;

/** What a test needs at most, as far as its imports and its words tell. */
export function powerOf({ closure }: TestFile, textOf: TextOf): Power {
  if (ownFiles(closure).some((path) => REACHES_OUT.test(textOf(path)))) return "outside";
  return closure.some((path) => path.startsWith("lib/testing/")) ? "embedded" : "pure";
}

/** The tests by what they need, the least powerful first; in each group those that import less come first. */
export function byPower(tests: readonly TestFile[], textOf: TextOf): TestFile[][] {
  const groups = Map.groupBy(tests, (test) => powerOf(test, textOf));
  return POWERS.map((power) =>
    (groups.get(power) ?? []).toSorted((a, b) => a.closure.length - b.closure.length || (a.path < b.path ? -1 : 1))
  ).filter((group) => group.length > 0);
}

/** What a test reads only if it names the file or its folder: pages, and what is no part of the module. */
const BY_NAME = /^(?:docs|tests|bench)\/|\.md$/;

/** Who looks into folders may read whatever lies there. */
const WALKS = /\bDeno\.readDir|\bls-files\b/;

/**
 * The files that a test's result depends on: what it imports; for one that reaches outside, which may read files and run
 * programs, also the files beside those of its own, and the checkout. Of pages, `docs/`, `tests/` and `bench/`, only what it
 * names, as in `../cluster/run.ts`; of one that walks through folders, all.
 */
export function inputsOf(test: TestFile, checkout: readonly string[], textOf: TextOf): string[] {
  if (powerOf(test, textOf) !== "outside") return [...test.closure];
  const own = ownFiles(test.closure);
  const words = own.map(textOf).join("\n");
  if (WALKS.test(words)) return [...new Set([...test.closure, ...checkout])];
  const folders = new Set(own.map(folderOf));
  const isNamed = (path: string) => {
    const [folder, name] = path.split("/").slice(-2);
    return name === undefined ? words.includes(folder!) : words.includes(`${folder}/`) || words.includes(name);
  };
  const isRead = (path: string) => !BY_NAME.test(path) || folders.has(folderOf(path)) || isNamed(path);
  return [...new Set([...test.closure, ...checkout.filter(isRead)])];
}

/** Those that are no part of the module: what they do outside is what the test does. */
function ownFiles(closure: readonly string[]): string[] {
  return closure.filter((path) => !/^(?:lib|links)\/|^mod\.ts$/.test(path));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** The test files without a failure, by a report in JUnit's form. */
export function passedIn(report: string): string[] {
  const suites = report.matchAll(/<testsuite name="(?:\.\/)?([^"]+)"[^>]* errors="(\d+)" failures="(\d+)"/g);
  const failures = new Map<string, number>();
  for (const [, name, errors, failed] of suites) {
    failures.set(name!, (failures.get(name!) ?? 0) + Number(errors) + Number(failed));
  }
  return [...failures].filter(([, count]) => count === 0).map(([name]) => name);
}

/** How a run of `deno test` ended, and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
}

/** The summary of several runs, in the form of that of one: `ok | 65 passed | 0 failed | 3 ignored`. */
export function totalOf(outcomes: readonly Outcome[]): string {
  const sums = new Map([["passed", 0], ["failed", 0], ["ignored", 0]]);
  for (const { text } of outcomes) {
    // deno-lint-ignore no-control-regex -- colours
    const summary = text.replaceAll(/\x1b\[[\d;]*m/g, "").match(/^(?:ok|FAILED) \| \d+ passed.*$/gm)?.at(-1) ?? "";
    for (const [, count, what] of summary.matchAll(/\| (\d+) (\w+)/g)) {
      sums.set(what!, (sums.get(what!) ?? 0) + Number(count));
    }
  }
  const parts = ["passed", "failed", "ignored"].map((what) => `${sums.get(what)} ${what}`);
  return [outcomes.every(({ code }) => code === 0) ? "ok" : "FAILED", ...parts].join(" | ");
}
