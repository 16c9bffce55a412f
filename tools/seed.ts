/** Prints the features of the Rust crate, their names here, and their tests. Run by `deno task seed`. */

import { SEED_ROWS } from "./seed_rows.ts";

/** The rows as a Markdown table. */
export function seedTable(): string {
  const rows = SEED_ROWS.map(({ crate, here, tests }) => {
    const names = Object.entries(tests).flatMap(([file, list]) => list.map((name) => `${file}: ${name}`));
    return `| ${crate} | ${here} | ${names.join("<br>")} |`;
  });
  return ["| crate | here | tests |", "| --- | --- | --- |", ...rows].join("\n");
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a tool's output
  console.log(seedTable());
}
