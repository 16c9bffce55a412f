/** Release notes are what the changelog says of the version, and nothing is released that it does not tell of. */

import { assertEquals, assertThrows } from "@std/assert";
import { ReleaseError, releaseNotes } from "../../tools/release_notes.ts";
import { CHECKOUT, run } from "../packaging/programs.ts";

const CHANGELOG = `# Changelog

## Unreleased

- something to come

## 1.10.0 (2026-12-24)

### Added

- a thing, with an example:

\`\`\`sh
## not a heading
\`\`\`

## 1.1.0

- another thing

## 1.0.0

Nothing.
`;

function notesOf(tag: string, version = tag.replace(/^v/, ""), changelog = CHANGELOG): string {
  return releaseNotes({ tag, version, changelog });
}

Deno.test("the notes are the section of the version, with its date or without, up to the next version", () => {
  assertEquals(notesOf("v1.1.0"), "- another thing\n");
  assertEquals(
    notesOf("1.10.0"),
    "### Added\n\n- a thing, with an example:\n\n```sh\n## not a heading\n```\n",
  );
});

Deno.test("a tag that is not the version in deno.json is refused", () => {
  assertThrows(
    () => notesOf("v1.1.0", "1.1.1"),
    ReleaseError,
    "deno.json must have that version: current value is 1.1.1",
  );
});

Deno.test("a version of which nothing is said is refused", () => {
  for (const tag of ["v2.0.0", "v1.1.0-rc.1"]) {
    assertThrows(() => notesOf(tag), ReleaseError, "one heading");
  }
  assertThrows(() => notesOf("v1.0.0"), ReleaseError, "must list what changed");
  assertThrows(() => notesOf("v1.1.0", "1.1.0", `${CHANGELOG}\n## 1.1.0\n\n- again\n`), ReleaseError, "number is 2");
});

Deno.test("what is no version is refused", () => {
  for (const tag of ["", "v", "main", "1.1", "v01.1.0", "1.1.0\n", "v1.1.0; rm -rf x", "Unreleased", "vv1.1.0"]) {
    assertThrows(() => notesOf(tag, tag), ReleaseError, "must be a version");
  }
});

Deno.test("as a program it says in one line what is wrong, and fails", async () => {
  const tool = (...args: string[]) => run(Deno.execPath(), ["run", "--allow-read", "tools/release_notes.ts", ...args]);
  assertEquals(await tool(), {
    code: 1,
    stdout: "",
    stderr: "Cannot release as one version must be given, such as v1.2.0\n",
  });
  const { version } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  const { code, stdout, stderr } = await tool("v999.0.0");
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `Cannot release 999.0.0 as deno.json must have that version: current value is ${version}. Run deno bump-version\n`,
  );
});
