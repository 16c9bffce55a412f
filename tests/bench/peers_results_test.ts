/** What the peer benchmark makes of what it has measured. */

import { assert, assertEquals } from "@std/assert";
import { chartOf } from "../../bench/peers/chart.ts";
import { difference, parseRequestCounts, summary } from "../../bench/peers/request_counts.ts";
import {
  type Measurement,
  type Median,
  median,
  mediansOf,
  percentile,
  type Values,
} from "../../bench/peers/results.ts";
import { tablesOf } from "../../bench/peers/tables.ts";

function measurement(operator: string, values: Values, error?: string): Measurement {
  return { scenario: "converge", n: 300, operator, round: 1, values, ...(error !== undefined && { error }) };
}

Deno.test("median: the middle one, or the mean of the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([]), NaN);
});

Deno.test("percentile: the smallest number that the share does not exceed", () => {
  const numbers = Array.from({ length: 200 }, (_, index) => 200 - index);
  assertEquals([percentile(numbers, 0.5), percentile(numbers, 0.99), percentile(numbers, 1)], [100, 198, 200]);
  assertEquals(percentile([7], 0.99), 7);
});

Deno.test("medians: a run that failed counts as failed, and not in the median", () => {
  const found = mediansOf([
    measurement("a", { wallSeconds: 1 }),
    measurement("b", { wallSeconds: 9 }),
    measurement("a", {}, "it ended"),
    measurement("a", { wallSeconds: 3 }),
  ]);
  assertEquals(found.map(({ operator, runs, failed }) => [operator, runs, failed]), [["a", 2, 1], ["b", 1, 0]]);
  assertEquals(found.map(({ values }) => values), [{ wallSeconds: 2 }, { wallSeconds: 9 }]);
});

const METRICS = `# HELP apiserver_request_total Counter
apiserver_request_total{code="201",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 90
apiserver_request_total{code="409",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 7
apiserver_request_total{code="200",resource="stairs",scope="resource",subresource="status",verb="PATCH",version="v1"} 3e+01
apiserver_request_total{code="200",resource="stairs",scope="cluster",subresource="",verb="LIST",version="v1"} 1
apiserver_request_total{code="200",resource="leases",scope="resource",subresource="",verb="PUT",version="v1"} 12
apiserver_request_total{code="200",resource="",scope="",subresource="/metrics",verb="GET",version=""} 4
apiserver_request_total{code="200",resource="",scope="",subresource="apis",verb="GET",version=""} 2
apiserver_longrunning_requests{resource="stairs",scope="cluster",subresource="",verb="WATCH",version="v1"} 1
apiserver_request_duration_seconds_count{resource="stairs",verb="LIST"} 55
`;

Deno.test("request counts: what operators ask for, of any answer, with the watches that are open", () => {
  assertEquals(parseRequestCounts(METRICS), {
    "POST configmaps": 97,
    "PATCH stairs/status": 30,
    "LIST stairs": 1,
    "GET /apis": 2,
    "WATCH stairs": 1,
  });
});

Deno.test("request counts: only what came in between, by kind", () => {
  const after = parseRequestCounts(METRICS);
  const before = { "POST configmaps": 7, "WATCH stairs": 1, "GET stairs": 5 };
  const between = difference(after, before);
  assertEquals(between["POST configmaps"], 90);
  assert(!("WATCH stairs" in between));
  assertEquals(summary(between), { writes: 120, gets: 0, lists: 1, watches: 0, otherRequests: 2 });
});

function row(operator: string, values: Values): Median {
  return { scenario: "converge", n: 300, operator, runs: 5, failed: 0, values };
}

Deno.test("tables: each value of a peer, with how many times this module's it is", () => {
  const text = tablesOf([
    row("staircase", { wallSeconds: 1, harnessCpuSeconds: 0.1 }),
    row("rust", { wallSeconds: 2.5, harnessCpuSeconds: 0.2 }),
  ]);
  assertEquals(text.split("\n").filter((line) => line !== ""), [
    "### converge, 300 objects",
    "| operator | runs | wall s | harness CPU s |",
    "| --- | ---: | ---: | ---: |",
    "| staircase | 5 | 1.00 | 0.10 |",
    "| rust | 5 | 2.50 (2.50×) | 0.20 |",
  ]);
});

Deno.test("chart: the longest bar is the largest value, and a scenario that was not run has no panel", () => {
  const svg = chartOf([row("staircase", { wallSeconds: 1 }), row("rust", { wallSeconds: 2 })]);
  const lengths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, length]) => Number(length));
  assertEquals(lengths.length, 2);
  assertEquals(lengths[1], lengths[0]! * 2);
  assert(svg.includes("converge, 300 objects: wall, s") && !svg.includes("idle"));
  assert(svg.includes("prefers-color-scheme: dark"));
});
