/** What a process of its own shows: that no SDK is loaded, what Deno exports by OTLP, what a linter says, how logs are written. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CHECKOUT, run, temporaryFolder } from "../packaging/programs.ts";
import { parseSeries } from "./collector.ts";
import { type Exported, OtlpReceiver } from "./otlp_receiver.ts";

const operator = `${CHECKOUT}tests/telemetry/small_operator.ts`;

/** Runs the operator with no permission but the ones given. */
function runOperator(flags: readonly string[], args: readonly string[], env: Record<string, string> = {}) {
  return run(Deno.execPath(), ["run", "--no-prompt", ...flags, operator, ...args], { env });
}

/** A port that is free, for now. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** An import map for a process in which the SDK cannot be loaded. */
async function writeMapWithoutSdk(path: string): Promise<void> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${CHECKOUT}deno.json`));
  const map = { imports: { ...imports, "@opentelemetry/sdk-metrics": "data:text/javascript,throw new Error()" } };
  await Deno.writeTextFile(path, JSON.stringify(map));
}

Deno.test("no SDK is loaded, whether /metrics is served or not; without it no permission is needed", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/import_map.json`;
  await writeMapWithoutSdk(path);
  const map = `--import-map=${path}`;
  assertEquals(await runOperator([map], []), { code: 0, stdout: "", stderr: "" });
  const port = freePort();
  const { code, stderr } = await runOperator([map, `--allow-net=127.0.0.1:${port}`], [String(port)]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("/metrics takes no permission but net for its port", async () => {
  const port = freePort();
  const { code, stdout, stderr } = await runOperator([`--allow-net=127.0.0.1:${port}`], [String(port)]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(parseSeries(stdout).get('staircase_runs_total{controller="foo",outcome="Modified"}'), 2);
});

// Debian's package `prometheus` has it: apt-get install prometheus.
const hasPromtool = await new Deno.Command("promtool", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test("promtool finds nothing to say against the text", { ignore: !hasPromtool }, async () => {
  const port = freePort();
  const { stdout } = await runOperator([`--allow-net=127.0.0.1:${port}`], [String(port)]);
  const linter = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = linter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdout));
  await writer.close();
  const output = await linter.output();
  const decoder = new TextDecoder();
  assertEquals([output.code, decoder.decode(output.stdout), decoder.decode(output.stderr)], [0, "", ""]);
});

/** What arrives when the operator runs with `OTEL_DENO=true`. */
async function exported(): Promise<Exported> {
  await using receiver = new OtlpReceiver();
  const { host, origin } = receiver;
  const ended = await runOperator([`--allow-net=${host}`], ["", `${origin}/orders`], {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_ENDPOINT: origin,
  });
  assertEquals([ended.code, ended.stderr], [0, ""]);
  return receiver.exported;
}

Deno.test("with OTEL_DENO=true Runs, steps, requests and what perform calls arrive by OTLP, without more code", async () => {
  const { metrics, spans } = await exported();
  const runs = metrics.get("staircase.runs")!;
  assertEquals(runs.get('{"controller":"foo","outcome":"Modified"}'), 4);
  assertEquals(runs.get('{"controller":"foo","outcome":"Failed"}'), 0);
  assertEquals(metrics.get("staircase.run.duration")!.get('{"controller":"foo","outcome":"NoOp"}'), 2);
  const paths = spans.map(({ path }) => path);
  // The two Runs that found nothing to do are not notable.
  assertEquals(paths.filter((path) => path === "run foo").length, 4);
  assert(paths.includes("run foo > step create the text > create configmaps"));
  assert(paths.includes("run foo > step order > GET"), paths.join("\n"));
  const order = spans.find(({ path, attributes }) => path === "run foo" && attributes["staircase.step"] === "order");
  assertEquals(order?.attributes["staircase.outcome"], "Modified");
});

Deno.test("what a process counted last arrives by OTLP even when it dies of an error", async () => {
  await using receiver = new OtlpReceiver();
  const program = `
    import { Metrics, registeredMeter } from "file://${CHECKOUT}lib/telemetry/mod.ts";
    new Metrics({ meter: registeredMeter() }).counter("queueRetries", "foo").add(7);
    throw new Error("the end");`;
  const url = `data:text/typescript,${encodeURIComponent(program)}`;
  const { code } = await run(Deno.execPath(), ["run", "--no-prompt", `--config=${CHECKOUT}deno.json`, url], {
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
    },
  });
  assertEquals(code, 1);
  assertEquals(receiver.exported.metrics.get("staircase.queue.retries")?.get('{"controller":"foo"}'), 7);
});

Deno.test("where the output is no terminal the log is JSON, and text when that is asked for; no permission is needed", async () => {
  const program = (options: string) =>
    `import { createLogger } from "@staircase/operator"; createLogger(${options}).warn("hello", { controller: "foo" });`;
  const lineOf = async (options: string) => {
    const code = program(options).replace("@staircase/operator", `file://${CHECKOUT}mod.ts`);
    const url = `data:text/typescript,${encodeURIComponent(code)}`;
    const { stdout } = await run(Deno.execPath(), ["run", "--no-prompt", `--config=${CHECKOUT}deno.json`, url]);
    return stdout.trim();
  };
  const { time: _, ...line } = JSON.parse(await lineOf(""));
  assertEquals(line, { level: "warn", message: "hello", controller: "foo" });
  assertMatch(await lineOf('{ format: "text" }'), /^\S+ WARN {2}hello controller=foo$/);
});
