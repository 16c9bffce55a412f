import { assertEquals } from "@std/assert";
import { Metrics, prometheusText, RunMetrics } from "../../../lib/telemetry/mod.ts";
import { parseSeries, SdkMeter, type Series } from "../collector.ts";

function collected(): { metrics: Metrics; series: () => Series } {
  const metrics = new Metrics({ isServed: true });
  return { metrics, series: () => parseSeries(prometheusText(metrics)) };
}

Deno.test("a counter is there at zero before it has counted", () => {
  const { metrics, series } = collected();
  metrics.counter("queueRetries", "foo");
  assertEquals([...series()], [['staircase_queue_retries_total{controller="foo"}', 0]]);
});

Deno.test("a histogram is there at zero before its first value, and has the same buckets after it", () => {
  const { metrics, series } = collected();
  const recorder = metrics.histogram("queueWait", "foo");
  const before = series();
  recorder.record(0.002);
  const after = series();
  assertEquals([...before.values()].every((value) => value === 0), true);
  assertEquals([...after.keys()], [...before.keys()]);
  assertEquals(after.get('staircase_queue_wait_seconds_bucket{controller="foo",le="0.001"}'), 0);
  assertEquals(after.get('staircase_queue_wait_seconds_bucket{controller="foo",le="0.005"}'), 1);
});

Deno.test("whoever asks for the same labels counts in the same series", () => {
  const { metrics, series } = collected();
  metrics.counter("runs", "foo", "NoOp").add();
  metrics.counter("runs", "foo", "NoOp").add(2);
  metrics.counter("runs", "NoOp", "foo").add(4);
  assertEquals([...series().values()], [3, 4]);
});

Deno.test("a gauge is read when it is asked for; one without a value is left out", () => {
  const { metrics, series } = collected();
  const values: number[] = [];
  metrics.gauge("watchSilence", () => values[0], "secrets");
  assertEquals(series().size, 0);
  values.push(3);
  assertEquals([...series().values()], [3]);
});

Deno.test("step names without end become one series", () => {
  const { metrics, series } = collected();
  for (let at = 0; at < 1_000; at++) {
    metrics.counter("steps", "foo", `step ${at}`, "Passed").add();
  }
  metrics.counter("steps", "bar", "its own", "Passed").add();
  const all = series();
  assertEquals(all.size, 202);
  assertEquals(all.get('staircase_steps_total{controller="foo",step="(other)",outcome="Passed"}'), 800);
  assertEquals(all.get('staircase_steps_total{controller="bar",step="its own",outcome="Passed"}'), 1);
});

Deno.test("of several watches of a kind objects are summed, and of times the longest is told", () => {
  const { metrics, series } = collected();
  for (const value of [1, 4, 2]) {
    metrics.gauge("cacheObjects", () => value, "secrets");
    metrics.gauge("watchSilence", () => value, "secrets");
  }
  metrics.gauge("watchSilence", () => undefined, "secrets");
  assertEquals([...series().values()], [7, 4]);
});

Deno.test("the page says what OpenTelemetry's exporter says of what a meter is told", async () => {
  const sdk = new SdkMeter();
  const metrics = new Metrics({ meter: sdk.meter, isServed: true });
  metrics.counter("runs", "foo", "NoOp");
  metrics.counter("steps", "foo", 'a "step" \\ of\nlines', "Passed").add(5);
  for (const seconds of [0.0001, 0.001, 0.0011, 1 / 3, 900, 901]) metrics.histogram("queueWait", "foo").record(seconds);
  metrics.histogram("apiDuration", "get").record(0.2);
  metrics.histogram("apiDuration", "patch").record(0.1 + 0.2);
  metrics.gauge("queueDepth", () => 3, "foo");
  metrics.gauge("watchTrouble", () => 0.5, "secrets");
  const lines = (text: string) => text.split("\n").filter((line) => line !== "").sort();
  assertEquals(lines(prometheusText(metrics)), lines(await sdk.text()));
});

Deno.test("a meter is told what was counted last when metrics are disposed of, and nothing twice", async () => {
  const sdk = new SdkMeter();
  const metrics = new Metrics({ meter: sdk.meter });
  const counter = metrics.counter("queueRetries", "foo");
  const told = async () => parseSeries(await sdk.text()).get('staircase_queue_retries_total{controller="foo"}');
  counter.add(2);
  assertEquals(await told(), 0);
  metrics[Symbol.dispose]();
  assertEquals(await told(), 2);
  metrics[Symbol.dispose]();
  assertEquals(await told(), 2);
});

Deno.test("a step that waited for nothing is counted, and not timed", () => {
  const { metrics, series } = collected();
  const runs = new RunMetrics(metrics, "foo", [{ name: "look", mayChange: false }]);
  runs.stepEnded("look", "Passed", 0.9);
  runs.stepEnded("look", "Passed", 1);
  const all = series();
  assertEquals(all.get('staircase_steps_total{controller="foo",step="look",outcome="Passed"}'), 2);
  assertEquals(all.get('staircase_step_duration_seconds_count{controller="foo",step="look"}'), 1);
});

Deno.test("when metrics are disposed of their gauges end, and their counters stay what they were", () => {
  const { metrics, series } = collected();
  metrics.counter("queueRetries", "foo").add();
  metrics.gauge("queueDepth", () => 1, "foo");
  metrics[Symbol.dispose]();
  assertEquals([...series()], [['staircase_queue_retries_total{controller="foo"}', 1]]);
});

Deno.test("metrics that nobody collects are not active, and may be used all the same", () => {
  const metrics = new Metrics({});
  metrics.counter("runs", "foo", "NoOp").add();
  metrics.histogram("queueWait", "foo").record(1);
  metrics.gauge("queueDepth", () => 1, "foo");
  assertEquals(metrics.active, false);
});
