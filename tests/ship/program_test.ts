/** The command line: what is wrong with it is said in one line, with an exit code, and nothing is written. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runShip } from "../../lib/ship/program.ts";
import { temporaryFolder } from "../packaging/programs.ts";
import { elfBytes } from "./elf_files.ts";
import { withRuntime } from "./runtime_part.ts";

/** Runs it with a folder in which some files are: `FOLDER` in an argument stands for its path. */
async function ship(args: readonly string[]) {
  await using folder = await temporaryFolder();
  const files = {
    "main.ts": "console.log('hello');",
    "silent.ts": "",
    "throws.ts": "throw new Error('at import');",
    "odd.ts": `console.log('{ "net": "all" }');`,
    "text.txt": "no module",
    "script": "#!/bin/sh\n",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder.path}/${name}`, text);
  await Deno.writeFile(`${folder.path}/binary`, elfBytes());
  await Deno.mkdir(`${folder.path}/folder`);
  const before = [...Deno.readDirSync(folder.path)].length;
  const [said, printed]: [string[], string[]] = [[], []];
  const given = args.map((arg) => arg.replaceAll("FOLDER", folder.path));
  const output = { say: (line: string) => said.push(line), print: (text: string) => printed.push(text) };
  const code = await withRuntime(undefined, () => runShip(given, output));
  return { code, said, printed, isAsBefore: [...Deno.readDirSync(folder.path)].length === before };
}

const MAIN = "FOLDER/main.ts";
const OUT = ["--output", "FOLDER/out"];

const REFUSED: readonly [code: number, said: string, ...args: string[]][] = [
  [2, "there is no command"],
  [2, "deploy is no command of it", "deploy"],
  [2, "main module is missing", "build"],
  [2, "more than one main module", "build", MAIN, "other.ts"],
  [2, "Unknown option '--outputs'", "build", MAIN, "--outputs", "x"],
  [2, "'--output <value>' argument missing", "build", MAIN, "--output"],
  [1, "there is no such file", "build", "FOLDER/nothing.ts", ...OUT],
  [1, "it is none", "build", "FOLDER/folder", ...OUT],
  [1, "it must be a module", "build", "FOLDER/text.txt", ...OUT],
  [1, "--target must be one of", "build", MAIN, ...OUT, "--target", "pdp-11"],
  [1, "--for must be pod or kubeconfig", "build", MAIN, ...OUT, "--for", "mars"],
  [1, "a permission must be a flag of Deno", "build", MAIN, ...OUT, "--permissions=--frozen"],
  [1, "of --permissions: ENOENT", "build", MAIN, ...OUT, "--permissions", "FOLDER/nothing.json"],
  [1, "must hold what permissions --format json prints", "build", MAIN, ...OUT, "--permissions", MAIN],
  [1, "it printed no permissions", "build", MAIN, ...OUT],
  [1, "it printed no permissions", "build", "FOLDER/silent.ts", ...OUT],
  [1, "it printed no permissions", "build", "FOLDER/odd.ts", ...OUT],
  [1, "Error: at import", "build", "FOLDER/throws.ts", ...OUT],
  [1, "it is a folder", "build", MAIN, "--output", "FOLDER/folder", "--permissions", ""],
  [1, "it is a folder", "build", MAIN, "--output", "FOLDER/new/", "--permissions", ""],
  [1, "its folder cannot be written", "build", MAIN, "--output", "FOLDER/main.ts/out", "--permissions", ""],
  [1, "it is said by --permissions", "build", MAIN, ...OUT, "--", "--allow-net=a.example"],
  [1, "it is said by an option before --", "build", MAIN, ...OUT, "--", "--output=x"],
  [2, "the binary is missing", "image", ...OUT],
  [2, "--output is missing", "image", "FOLDER/binary"],
  [2, "Cannot read --label as it must be a name and a value", "image", "FOLDER/binary", ...OUT, "--label", "one"],
  [1, "ENOENT", "image", "FOLDER/nothing", ...OUT],
  [1, "it is not a file", "image", "FOLDER/folder", ...OUT],
  [1, "it is a script", "image", "FOLDER/script", ...OUT],
  [1, "its name must be like", "image", "FOLDER/binary", ...OUT, "--name", "Upper Case"],
  [1, "it is not there", "image", "FOLDER/binary", ...OUT, "--base", "FOLDER/nothing"],
  [1, "it has no index.json", "image", "FOLDER/binary", ...OUT, "--base", "FOLDER/folder"],
  [1, "it is no tar archive", "image", "FOLDER/binary", ...OUT, "--base", MAIN],
  [1, "it is a folder", "image", "FOLDER/binary", "--output", "FOLDER/folder"],
];

for (const [code, text, ...args] of REFUSED) {
  Deno.test(`"${args.join(" ")}" is refused: ${text}`, async () => {
    const ended = await ship(args);
    assertEquals(ended.said.length, 1);
    assertMatch(ended.said[0]!, /^error: .*[^.]$/s);
    assertStringIncludes(ended.said[0]!, text);
    assertEquals([ended.code, ended.printed, ended.isAsBefore], [code, [], true]);
  });
}

Deno.test("--help goes to the output, and names every option of both commands", async () => {
  for (const args of [["--help"], ["build", "--help"], ["image", "-h"]]) {
    const { code, said, printed } = await ship(args);
    assertEquals([code, said], [0, []]);
    assert(printed[0]!.split("\n").every((line) => line.length <= 130));
    for (const option of ["--output", "--target", "--permissions", "--no-bundle", "--base", "--label"]) {
      assertStringIncludes(printed[0]!, option);
    }
  }
});

Deno.test("an image is made by the command line", async () => {
  const { code, said } = await ship(["image", "FOLDER/binary", ...OUT, "--label", "a=b=c", "--name", "one/two:3"]);
  assertEquals(code, 0, said.join());
  assertMatch(said[0]!, /out is made: 0\.0 MB, sha256:[0-9a-f]{64}$/);
});
