/** Runs every example silently on the embedded cluster, and prints the results as a table. Run by `deno task examples`. */

import { PLAYS, rowOf, TABLE_HEAD } from "../examples/plays.ts";
import { Stage } from "../examples/stage.ts";

// deno-lint-ignore no-console -- a tool's output
const print = (line: string) => console.log(line);

print(TABLE_HEAD);
for (const { name, play, writes } of PLAYS) {
  await using stage = Stage.embedded(name, () => {});
  await play(stage);
  const made = stage.requests.writes().length;
  const { runs, changes, failures } = stage.show;
  print(rowOf(name, "embedded", runs, changes, made, failures, made === writes ? "as told" : `not ${writes}`));
}
