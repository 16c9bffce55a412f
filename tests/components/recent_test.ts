/** What is remembered of the objects that were written last. */

import { assertEquals } from "@std/assert";
import { Recent } from "../../lib/components/recent.ts";

Deno.test("a thousand objects are remembered and no more: the one that was set longest ago goes", () => {
  const recent = new Recent<number>();
  for (let index = 0; index < 1_000; index++) recent.set(`uid-${index}`, index);
  assertEquals([recent.get("uid-0"), recent.get("uid-999")], [0, 999]);
  recent.set("uid-0", 7); // as if it were new
  recent.set("another", 8);
  assertEquals([recent.get("uid-0"), recent.get("uid-1"), recent.get("uid-2")], [7, undefined, 2]);
  for (let index = 0; index < 5_000; index++) recent.set(`more-${index}`, index);
  assertEquals([recent.get("another"), recent.get("more-3999"), recent.get("more-4000")], [
    undefined,
    undefined,
    4_000,
  ]);
});
