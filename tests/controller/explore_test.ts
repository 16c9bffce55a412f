/**
 * Whole controllers through histories of chance. Each is repeated by its seed:
 * `EXPLORE_FROM=42 EXPLORE_HISTORIES=1 deno test -A tests/controller/explore_test.ts`.
 */

import { assertEquals } from "@std/assert";
import { play } from "./explore/history.ts";

const from = Number(Deno.env.get("EXPLORE_FROM") ?? 1);
const histories = Number(Deno.env.get("EXPLORE_HISTORIES") ?? 8);

Deno.test(`whatever befalls it, a controller brings all to what it should be: ${histories} histories`, async () => {
  for (let seed = from; seed < from + histories; seed++) {
    const world = await play(seed, 40);
    const { faults, story } = world;
    await world[Symbol.asyncDispose]();
    assertEquals(faults, [], `seed ${seed}:\n${story.join("\n")}`);
  }
});
