/** Which tests come first, and which are run anew. */

import { assertEquals } from "@std/assert";
import { byPower, inputsOf, passedIn, powerOf, type TestFile, totalOf } from "../../tools/test_selection.ts";

const TEXTS: Record<string, string> = {
  "tests/queue/queue_test.ts": `import { WorkQueue } from "../../lib/queue/mod.ts";`,
  "tests/queue/deep_test.ts": `import { WorkQueue } from "../../lib/queue/mod.ts";`,
  "tests/run/run_test.ts": `import { EmbeddedCluster } from "../../lib/testing/mod.ts";`,
  "tests/wire/dial_test.ts": `using listener = Deno.listen({ port: 0 });`,
  "tests/tools/pages_test.ts": `Deno.readTextFile(new URL("../../docs/guide.md", import.meta.url))`,
  "tests/tools/walk_test.ts": `for (const { name } of Deno.readDirSync("docs")) check(name)`,
  "lib/wire/dial.ts": `Deno.connect(address)`,
};
const textOf = (path: string) => TEXTS[path] ?? "";

function test(path: string, ...imports: string[]): TestFile {
  return { path, closure: [path, ...imports] };
}

const QUEUE = test("tests/queue/queue_test.ts", "lib/queue/mod.ts");
const DEEP = test("tests/queue/deep_test.ts", "lib/queue/mod.ts", "lib/queue/lanes.ts");
const RUN = test("tests/run/run_test.ts", "lib/testing/mod.ts");
const DIAL = test("tests/wire/dial_test.ts", "lib/wire/dial.ts");
const WALK = test("tests/tools/walk_test.ts");
const PAGES = test("tests/tools/pages_test.ts");
const CHECKOUT = [
  "README.md",
  "docs/guide.md",
  "lib/wire/dial.ts",
  "lib/queue/mod.ts",
  "tests/wire/server.ts",
  "tests/run/run_test.ts",
];

Deno.test("a test is pure, needs the embedded cluster, or reaches outside, by what its own files say", () => {
  assertEquals([QUEUE, RUN, DIAL, PAGES].map((one) => powerOf(one, textOf)), [
    "pure",
    "embedded",
    "outside",
    "outside",
  ]);
  // What the module itself can do says nothing of a test that imports it.
  assertEquals(powerOf(test("tests/kube/paths_test.ts", "lib/wire/dial.ts"), textOf), "pure");
});

Deno.test("the least powerful come first, and among equals those that import least", () => {
  assertEquals(byPower([PAGES, DIAL, RUN, DEEP, QUEUE], textOf), [[QUEUE, DEEP], [RUN], [PAGES, DIAL]]);
  assertEquals(byPower([DIAL], textOf), [[DIAL]]);
});

Deno.test("the result of a test that reaches nowhere depends on what it imports", () => {
  assertEquals(inputsOf(DEEP, CHECKOUT, textOf), [...DEEP.closure]);
  assertEquals(inputsOf(RUN, CHECKOUT, textOf), [...RUN.closure]);
});

Deno.test("that of one that reaches outside depends on the module, on the files beside it, and on what it names", () => {
  const inputs = (one: TestFile) => CHECKOUT.filter((path) => inputsOf(one, CHECKOUT, textOf).includes(path));
  assertEquals(inputs(DIAL), ["lib/wire/dial.ts", "lib/queue/mod.ts", "tests/wire/server.ts"]);
  assertEquals(inputs(PAGES), ["docs/guide.md", "lib/wire/dial.ts", "lib/queue/mod.ts"]);
});

Deno.test("that of one that walks through folders depends on all files", () => {
  assertEquals(inputsOf(WALK, CHECKOUT, textOf), [...WALK.closure, ...CHECKOUT]);
});

Deno.test("a file has passed when none of its suites has a failure or an error", () => {
  const suite = (name: string, errors: number, failures: number) =>
    `<testsuite name="${name}" tests="2" disabled="0" errors="${errors}" failures="${failures}">…</testsuite>`;
  const report = [suite("./a_test.ts", 0, 0), suite("./b_test.ts", 0, 1), suite("./c_test.ts", 1, 0)];
  assertEquals(passedIn(`<testsuites>${[...report, suite("./a_test.ts", 0, 0)].join("\n")}</testsuites>`), [
    "a_test.ts",
  ]);
  assertEquals(passedIn([...report, suite("./a_test.ts", 0, 1)].join("\n")), []);
  assertEquals(passedIn(""), []);
});

Deno.test("the last line adds up what all groups say, as that of one would; it is what CI reads", () => {
  const pure = { code: 0, text: "running 1 test\nok | 60 passed (12 steps) | 0 failed | 3 ignored (2s)\n" };
  const colours = { code: 0, text: "\x1b[32mok\x1b[0m | 5 passed | 0 failed \x1b[38;5;245m(1s)\x1b[0m" };
  const failed = { code: 1, text: "ok | 9 passed | 0 failed\nFAILED | 4 passed | 2 failed (3s)" };
  const broken = { code: 1, text: "error: Module not found" };
  assertEquals(totalOf([pure, colours]), "ok | 65 passed | 0 failed | 3 ignored");
  assertEquals(totalOf([pure, failed]), "FAILED | 64 passed | 2 failed | 3 ignored");
  assertEquals(totalOf([pure, broken]), "FAILED | 60 passed | 0 failed | 3 ignored");
});
