/** The page of metrics and spans, made from the tables. Pure. */

import { LABELS, METRICS, prometheusName } from "../lib/telemetry/mod.ts";
import { SPANS } from "./span_table.ts";

/** The text of `docs/metrics.md`. */
export function metricsPage(): string {
  const metrics = Object.values(METRICS);
  return `${
    [
      "# Metrics, traces and probes",
      "<!-- Made by `deno task docs:metrics` from lib/telemetry/metrics/table.ts and tools/span_table.ts. Not to be edited. -->",
      INTRODUCTION,
      "## Metrics",
      table(
        ["Prometheus", "OpenTelemetry", "type", "unit", "labels", "what it says"],
        metrics.map((metric) => [
          code(prometheusName(metric)),
          code(metric.name),
          metric.type,
          code(metric.unit),
          metric.labels.map(code).join(", "),
          metric.description,
        ]),
      ),
      ABOUT_SERIES,
      "## Labels",
      table(["label", "what it says"], Object.entries(LABELS).map(([name, text]) => [code(name), text])),
      "## Buckets",
      "In seconds.",
      table(
        ["metric", "upper bounds"],
        metrics.flatMap(({ name, buckets }) => buckets.length > 0 ? [[code(name), buckets.join(", ")]] : []),
      ),
      "## Spans",
      ABOUT_SPANS,
      ...Object.values(SPANS).flatMap(({ name, description, attributes }) => [
        `### ${code(name)}`,
        description,
        table(["attribute", "what it says"], Object.entries(attributes).map(([key, text]) => [code(key), text])),
      ]),
      "## Probes",
      PROBES,
    ].join("\n\n")
  }\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION =
  `All of it goes by \`@opentelemetry/api\`, and costs next to nothing while nobody collects it: not even that package is loaded.

- **Prometheus**: \`serveController({ http: { port: 8080 } })\` serves \`/metrics\`, without any further
  package. It takes one permission more: \`--allow-net=[::]:8080\`.
- **OTLP**: run with \`OTEL_DENO=true\`, and Deno sends the same metrics, the spans and the log to
  \`OTEL_EXPORTER_OTLP_ENDPOINT\`. No code is needed, and no permission.
- **Any other collector**: register its providers with \`@opentelemetry/api\` before \`serveController\` is called.`;

const ABOUT_SERIES =
  `Every series that can be known exists from the start, at zero: of each controller, of each step of a plan that is no
function, of each kind that is watched or written. By OTLP a histogram begins with its first value, and counters are told when
they are collected and at the end of the process, also when it dies of an error.

A step that took less than a millisecond is counted in \`staircase.steps\`, and is not in \`staircase.step.duration\`: so the count
of the latter is how many steps waited for something, and its buckets say for how long.`;

const ABOUT_SPANS =
  `Each Run that is traced is a trace of its own. What is called within a step, or within the action of a \`perform\`, belongs to
the step, so that a call of an instrumented client, such as \`fetch\` with \`OTEL_DENO=true\`, joins the trace; what a step leaves
behind without waiting for it joins whatever its worker does by then. What a step throws is recorded with the step, and with the Run. The lines of the log carry the trace's id as \`trace\`. A Run that is not sampled
has no spans below its own. \`runSteps\` makes the same spans, always, as part of the one that is active.

A span costs more than a Run that finds nothing to do. So by default the notable Runs are traced:

- a Run that changed something, failed, or waits for something that it did not wait for before;
- a Run that made a request, called something that is instrumented, asked for the active span, or wrote a line of \`info\` or more;
- a Run that took 100 ms or more.

Of these, each controller traces 25 at once and 5 more each second; what a fleet does when all of it changes at once is told
by a few of its objects. Failures are counted apart, by the same measure, so that there is room for the first of them. Of the
steps that passed, those have a span that took a millisecond or more, or made a request.

\`serveController({ traces: "all" })\` makes all spans of all Runs. Either way \`OTEL_TRACES_SAMPLER\`, or the sampler of the SDK that
is registered, has the last word.`;

const PROBES =
  `Served with \`/metrics\`, before the first list is asked for. Each answers 200 or 503, and a line for each check.

- \`/readyz\`: ready when every kind has been listed, no watch has been without a connection for more than 90 seconds, and no
  shutdown has begun.
- \`/livez\`, and the same as \`/healthz\`: live unless the process cannot get any further by itself: it has stopped for a
  failure, or objects have waited while no Run began for ten times \`stepTimeout\`, ten minutes at the least, as actions that do
  not end hold every worker. An API server that is away is no reason to be restarted.`;
