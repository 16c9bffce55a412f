import { assert } from "@std/assert";
import { playForeignHistory, type Seen } from "./foreign_histories.ts";

/** How many histories are played; more by `STAIRCASE_FOREIGN_HISTORIES=5000`, from `STAIRCASE_FOREIGN_SEED` on. */
const HISTORIES = Number(Deno.env.get("STAIRCASE_FOREIGN_HISTORIES") ?? 60);
const FIRST = Number(Deno.env.get("STAIRCASE_FOREIGN_SEED") ?? 1);

Deno.test("through any history, reads of an owned kind say what the API server has, whatever of it is held whole", async () => {
  const seen: Seen = { reduced: 0, live: 0, between: 0 };
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) await playForeignHistory(seed, seen);
  assert(seen.reduced > HISTORIES && seen.live > HISTORIES && seen.between > HISTORIES / 4, JSON.stringify(seen));
});
