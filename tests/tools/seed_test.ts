import { assertEquals, assertStringIncludes } from "@std/assert";
import { seedTable } from "../../tools/seed.ts";
import { SEED_ROWS } from "../../tools/seed_rows.ts";

const TESTS = new URL("../", import.meta.url);

/** Whether a file declares a test of this name. */
async function declares(file: string, name: string): Promise<boolean> {
  const text = await Deno.readTextFile(new URL(file, TESTS));
  const declared = [...text.matchAll(/Deno\.test\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, found]) => found);
  return declared.includes(name);
}

Deno.test("everything that the Rust crate has is shown by tests that there are", async () => {
  const missing: string[] = [];
  for (const { crate, tests } of SEED_ROWS) {
    const named = Object.entries(tests).flatMap(([file, names]) => names.map((name) => [file, name] as const));
    if (named.length === 0) missing.push(`${crate}: no test`);
    for (const [file, name] of named) if (!await declares(file, name)) missing.push(`${crate}: ${file}: ${name}`);
  }
  assertEquals(missing, []);
});

Deno.test("the table has a line for each", () => {
  assertEquals(seedTable().split("\n").length, SEED_ROWS.length + 2);
  assertStringIncludes(seedTable(), "run/run_test.ts: stop ends the Run without a change");
});
