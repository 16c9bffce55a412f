import { assert, assertEquals, assertMatch } from "@std/assert";
import { LABELS, METRICS, prometheusName } from "../../../lib/telemetry/mod.ts";
import { metricsPage } from "../../../tools/metrics_page_text.ts";
import { SPANS } from "../../../tools/span_table.ts";

const page = new URL("../../../docs/metrics.md", import.meta.url);
const permissions = { read: [page] };
const ignore = (await Deno.permissions.query({ name: "read", path: page })).state !== "granted";

/** Without what `deno fmt` sees to: the width of columns and of lines. */
function words(text: string): string[] {
  return text.replaceAll(/-{3,}/g, "---").split(/\s+/).filter((word) => word !== "");
}

Deno.test(
  "docs/metrics.md is made from the tables: else run deno task docs:metrics",
  { ignore, permissions },
  async () => {
    assertEquals(words(await Deno.readTextFile(page)), words(metricsPage()));
  },
);

Deno.test("names follow the conventions: dots between words, the unit not in the name, none twice", () => {
  const names = Object.values(METRICS).map(({ name }) => name);
  for (const name of names) {
    assertMatch(name, /^staircase(\.[a-z]+(_[a-z]+)*)+$/);
    assert(!/second|total/.test(name), name);
  }
  assertEquals(new Set(names).size, names.length);
  assertEquals(new Set(Object.values(METRICS).map(prometheusName)).size, names.length);
});

Deno.test("a time is called by its unit at Prometheus, and a counter a total", () => {
  assertEquals(prometheusName(METRICS.runDuration), "staircase_run_duration_seconds");
  assertEquals(prometheusName(METRICS.runs), "staircase_runs_total");
  assertEquals(prometheusName(METRICS.queueDepth), "staircase_queue_depth");
});

Deno.test("no label is an object: each is one of the table's, and each of these is used", () => {
  const used = new Set(Object.values(METRICS).flatMap(({ labels }) => labels));
  assertEquals([...used].sort(), Object.keys(LABELS).sort() as never[]);
  for (const name of ["object", "name", "namespace", "key", "uid", "run"]) assert(!(name in LABELS), name);
});

Deno.test("a histogram has buckets that rise, and nothing else has any", () => {
  for (const { type, buckets, name } of Object.values(METRICS)) {
    assertEquals(buckets.length > 0, type === "histogram", name);
    assertEquals(buckets.toSorted((a, b) => a - b), [...buckets], name);
  }
});

Deno.test("every metric, label, span and attribute says what it is, in one sentence of a table", () => {
  const texts = [
    ...Object.values(METRICS).map(({ description }) => description),
    ...Object.values(LABELS),
    ...Object.values(SPANS).flatMap(({ description, attributes }) => [description, ...Object.values(attributes)]),
  ];
  for (const text of texts) assertMatch(text, /^[^|\n]+\.$/);
});
