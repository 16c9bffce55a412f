/** The table of `deno task coverage`. */

import { assertEquals } from "@std/assert";
import { coverageOf, tableOf } from "../../tools/coverage_report.ts";

const LCOV = `SF:/checkout/lib/queue/delay.ts
DA:1,3
DA:2,0
DA:3,0
DA:4,1
DA:6,0
BRF:4
BRH:1
LH:2
LF:5
end_of_record
SF:/checkout/lib/queue/slot.ts
DA:1,3
DA:2,1
LH:2
LF:2
end_of_record
SF:/checkout/lib/run/walk.ts
DA:9,0
end_of_record
`;

Deno.test("each room has its share of lines and branches, all have theirs, and files have the lines that are missed", () => {
  assertEquals(tableOf(coverageOf(LCOV, "/checkout/")).split("\n").map((line) => line.split(/ {2,}/)), [
    ["", "lines", "branches"],
    ["lib/queue", "57.1 %", "25.0 %"],
    ["lib/run", "0.0 %", "-"],
    ["all", "50.0 %", "25.0 %"],
    [""],
    ["lib/queue/delay.ts 40.0 %: 2-3, 6"],
    ["lib/run/walk.ts 0.0 %: 9"],
  ]);
});
