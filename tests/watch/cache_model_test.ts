import { playHistory } from "./cache_history.ts";

/** How many histories are played; more by `STAIRCASE_CACHE_HISTORIES=20000`, from `STAIRCASE_CACHE_SEED` on. */
const HISTORIES = Number(Deno.env.get("STAIRCASE_CACHE_HISTORIES") ?? 3_000);
const FIRST = Number(Deno.env.get("STAIRCASE_CACHE_SEED") ?? 1);

Deno.test("through any history the cache has the newest versions that it was given, and equals the server's selection when it has caught up", () => {
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) playHistory(seed);
});

Deno.test("the same holds if foreign objects are reduced to their metadata until they are requested", () => {
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) playHistory(seed, true);
});
