/** Ids by chance: of Runs, and of processes that know no name of their own. */

import type { Random } from "../../time/mod.ts";

/** Eight hexadecimal digits. */
export function randomId(random: Random): string {
  return Math.floor(random.next() * 2 ** 32).toString(16).padStart(8, "0");
}
