/** Random ids, for Runs and for processes without a name. */

import type { Random } from "../../time/mod.ts";

/** Eight hexadecimal digits. */
export function randomId(random: Random): string {
  return Math.floor(random.next() * 2 ** 32).toString(16).padStart(8, "0");
}
