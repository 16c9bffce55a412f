/** The page of metrics and spans, made from the tables. Pure. */

import { defineController, defineSteps } from "../mod.ts";
import { alerts } from "../lib/deploy/monitoring/mod.ts";
import { resolveOperator } from "../lib/deploy/operator/mod.ts";
import { ConfigMap } from "../lib/kube/kinds/mod.ts";
import { LABELS, METRICS, prometheusName } from "../lib/telemetry/mod.ts";
import { SPANS } from "./span_table.ts";

/** The text of `docs/metrics.md`. */
export function metricsPage(): string {
  const metrics = Object.values(METRICS);
  return `${
    [
      "# Metrics, traces and probes",
      "<!-- Made by `deno task docs:metrics` from lib/telemetry/metrics/table.ts, lib/deploy/monitoring/alerts.ts and tools/span_table.ts. Not to be edited. -->",
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
      "## Alerts and a dashboard",
      ABOUT_ALERTS,
      table(
        ["alert", "severity", "for", "what it says", "why from there"],
        alertsOfAnyOperator().map(({ name, severity, for: time, summary, because }) => [
          code(name),
          severity,
          time,
          summary.replaceAll(/\{\{[^}]*\}\}/g, "…"),
          because,
        ]),
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

/** The alerts, as they are for an operator with Events and the default settings. */
function alertsOfAnyOperator() {
  const controllers = [defineController({ name: "any", resource: ConfigMap, steps: defineSteps(ConfigMap) })];
  return alerts({ ...resolveOperator({ name: "any", controllers, events: true }), name: "…" }, "…");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION =
  `Metrics and traces use \`@opentelemetry/api\`. They cost next to nothing while nobody collects them: not even that package is loaded.

- **Prometheus**: \`serveController({ http: { port: 8080 } })\` serves \`/metrics\`, without any
  further package. It takes one more permission: \`--allow-net=[::]:8080\`.
- **OTLP**: run with \`OTEL_DENO=true\`, and Deno sends the same metrics, the spans and the log to
  \`OTEL_EXPORTER_OTLP_ENDPOINT\`. No code is needed, and no permission.
- **Any other collector**: register its providers with \`@opentelemetry/api\` before \`serveController\` is called.`;

const ABOUT_SERIES =
  `Every series that is known in advance exists from the start, at zero: for each controller, each step (unless a function chooses
the plan), and each kind that is watched or written. With OTLP, a histogram begins with its first value; counters are sent when
they are collected and at the end of the process, also when it dies of an error.

A step of less than a millisecond is counted in \`staircase.steps\`, but not in \`staircase.step.duration\`. So the count of the
latter is the number of steps that waited for something, and its buckets show for how long.`;

const ABOUT_ALERTS =
  `The manifests of an operator ([deploy](deploy.md)) have a PrometheusRule and a Grafana dashboard, made from this table. A
\`critical\` alert says that nothing, or a part, is reconciled now; for a \`warning\` somebody has to look on a working day. Each
says what it means, what to do, and where [troubleshooting](troubleshooting.md) goes on.`;

const ABOUT_SPANS =
  `Each traced Run is a trace of its own. Calls within a step, or within the action of a \`perform\`, belong to the step: an
instrumented client, such as \`fetch\` with \`OTEL_DENO=true\`, joins the trace. Work that a step leaves behind without awaiting it
joins whatever its worker does by then. An error of a step is recorded with the step and with the Run. The lines of the log carry the trace's id as \`trace\`. A Run that is not sampled
has no spans below its own. \`runSteps\` always makes the same spans, as part of the active span.

A span costs more than a Run that finds nothing to do. So by default the notable Runs are traced:

- a Run that changed something, failed, or waits for something that it did not wait for before;
- a Run that made a request, called something that is instrumented, asked for the active span, or wrote a line of \`info\` or more;
- a Run that took 100 ms or more.

Of these, each controller traces 25 at once and 5 more each second: when a whole fleet changes at once, some of its objects show
what happens. Failures have a budget of their own of the same size, so that the first failures are always traced. Steps that
passed have a span if they took a millisecond or more, or made a request.

\`serveController({ traces: "all" })\` makes all spans of all Runs. In both cases \`OTEL_TRACES_SAMPLER\`, or the sampler of the
registered SDK, decides in the end.`;

const PROBES =
  `Served with \`/metrics\`, before the first list is asked for. Each answers 200 or 503, and a line for each check.

- \`/readyz\`: ready when every kind has been listed, no watch has been without a connection for more than 90 seconds, and no
  shutdown has begun.
- \`/livez\`, and the same as \`/healthz\`: live unless the process cannot recover by itself: it has stopped because of a
  failure, or objects wait and no Run has begun for ten times \`stepTimeout\` (at least ten minutes), because actions that do not
  end hold every worker. An API server that is away is no reason for a restart.`;
