import { assert, assertEquals } from "@std/assert";
import { Metrics, PushCollector, RunMetrics } from "../../lib/telemetry/mod.ts";
import { createPrometheusText } from "../../lib/telemetry/prometheus_sdk.ts";
import { parseSeries } from "./collector.ts";

function collected(): { metrics: Metrics; series: () => Promise<ReadonlyMap<string, number>> } {
  const { collector, text } = createPrometheusText();
  const metrics = new Metrics([collector]);
  return { metrics, series: async () => parseSeries(await text()) };
}

Deno.test("a counter is there at zero before it has counted", async () => {
  const { metrics, series } = collected();
  metrics.counter("queueRetries", { controller: "foo" });
  assertEquals([...await series()], [['staircase_queue_retries_total{controller="foo"}', 0]]);
});

Deno.test("a histogram is there at zero before its first value, and has the same buckets after it", async () => {
  const { metrics, series } = collected();
  const recorder = metrics.histogram("queueWait", { controller: "foo" });
  const before = await series();
  recorder.record(0.002);
  const after = await series();
  assertEquals([...before.values()].every((value) => value === 0), true);
  assertEquals([...after.keys()], [...before.keys()]);
  assertEquals(after.get('staircase_queue_wait_seconds_bucket{controller="foo",le="0.001"}'), 0);
  assertEquals(after.get('staircase_queue_wait_seconds_bucket{controller="foo",le="0.005"}'), 1);
});

Deno.test("whoever asks for the same labels counts in the same series, whatever their order", async () => {
  const { metrics, series } = collected();
  metrics.counter("runs", { controller: "foo", outcome: "NoOp" }).add();
  metrics.counter("runs", { outcome: "NoOp", controller: "foo" }).add(2);
  assertEquals([...(await series()).values()], [3]);
});

Deno.test("a gauge is read when it is asked for; one without a value is left out", async () => {
  const { metrics, series } = collected();
  const values: number[] = [];
  metrics.gauge("watchSilence", { resource: "secrets" }, () => values[0]);
  assertEquals((await series()).size, 0);
  values.push(3);
  assertEquals([...(await series()).values()], [3]);
});

Deno.test("step names without end become one series", async () => {
  const { metrics, series } = collected();
  for (let at = 0; at < 1_000; at++) {
    metrics.counter("steps", { controller: "foo", step: `step ${at}`, outcome: "Passed" }).add();
  }
  metrics.counter("steps", { controller: "bar", step: "its own", outcome: "Passed" }).add();
  const all = await series();
  assertEquals(all.size, 202);
  assertEquals(all.get('staircase_steps_total{controller="foo",step="(other)",outcome="Passed"}'), 800);
  assertEquals(all.get('staircase_steps_total{controller="bar",step="its own",outcome="Passed"}'), 1);
});

Deno.test("several collectors are told the same, the one that asks and the one that is told", async () => {
  const [first, second] = [createPrometheusText(), createPrometheusText()];
  const metrics = new Metrics([first.collector, new PushCollector(second.collector.meter)]);
  metrics.counter("runs", { controller: "foo", outcome: "NoOp" });
  metrics.counter("queueRetries", { controller: "foo" }).add(5);
  metrics.histogram("queueWait", { controller: "foo" }).record(1);
  metrics.gauge("queueDepth", { controller: "foo" }, () => 3);
  const texts = await Promise.all([first.text(), second.text()]);
  assert(texts[0]!.includes('staircase_queue_retries_total{controller="foo"} 5'));
  const lines = texts.map((text) => text.split("\n").sort());
  assertEquals(lines[0], lines[1]);
});

Deno.test("a collector that is told is told what was counted last when metrics are disposed of, and nothing twice", async () => {
  const { collector, text } = createPrometheusText();
  const metrics = new Metrics([new PushCollector(collector.meter)]);
  const counter = metrics.counter("queueRetries", { controller: "foo" });
  const series = async () => parseSeries(await text()).get('staircase_queue_retries_total{controller="foo"}');
  counter.add(2);
  assertEquals(await series(), 0);
  metrics[Symbol.dispose]();
  assertEquals(await series(), 2);
  metrics[Symbol.dispose]();
  assertEquals(await series(), 2);
});

Deno.test("a step that waited for nothing is counted, and not timed", async () => {
  const { metrics, series } = collected();
  const runs = new RunMetrics(metrics, "foo", [{ name: "look", mayChange: false }]);
  runs.stepEnded("look", "Passed", 0.9);
  runs.stepEnded("look", "Passed", 1);
  const all = await series();
  assertEquals(all.get('staircase_steps_total{controller="foo",step="look",outcome="Passed"}'), 2);
  assertEquals(all.get('staircase_step_duration_seconds_count{controller="foo",step="look"}'), 1);
});

Deno.test("when metrics are disposed of their gauges end, and their counters stay what they were", async () => {
  const { metrics, series } = collected();
  metrics.counter("queueRetries", { controller: "foo" }).add();
  metrics.gauge("queueDepth", { controller: "foo" }, () => 1);
  metrics[Symbol.dispose]();
  assertEquals([...await series()], [['staircase_queue_retries_total{controller="foo"}', 1]]);
});

Deno.test("metrics that nobody collects are not active, and may be used all the same", () => {
  const metrics = new Metrics([]);
  metrics.counter("runs", { controller: "foo" }).add();
  metrics.histogram("queueWait", { controller: "foo" }).record(1);
  metrics.gauge("queueDepth", { controller: "foo" }, () => 1);
  assertEquals(metrics.active, false);
});
