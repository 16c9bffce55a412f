/** The dashboard: what there is to see of an operator, from the whole to the parts. */

import { METRICS } from "../../telemetry/mod.ts";
import type { ResolvedOperator } from "../operator/mod.ts";
import { DATASOURCE, type GrafanaPanel, laidOut, type Panel, type Query, type Row } from "./panels.ts";
import { fits, is, isNot, jobOf, type Metric, Series } from "./promql.ts";

/** A Grafana dashboard. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly GrafanaPanel[];
  /** Its variables: the Prometheus, the namespace, the controllers. */
  readonly templating: { readonly list: readonly Variable[] };
  readonly [field: string]: unknown;
}

/** A variable of a dashboard, chosen by whoever looks at it. */
export interface Variable {
  readonly name: string;
  readonly type: "datasource" | "query";
  readonly [field: string]: unknown;
}

/** A ConfigMap with a dashboard, as Grafana's sidecar looks for it. */
export interface DashboardConfigMap {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The longest uid that Grafana takes. */
const LONGEST_UID = 40;

/** The controllers that were chosen. */
const CHOSEN = { controller: fits("$controller") };

/** A window that holds at least four scrapes, whatever their interval and the zoom. */
const WINDOW = "$__rate_interval";

/** A Grafana dashboard of an operator, wherever it runs: the namespace is a variable. */
export function dashboardOf(operator: ResolvedOperator): Dashboard {
  const { name, description } = operator;
  const job = jobOf(name);
  const prefixed = `operator-${name}`;
  return {
    uid: prefixed.length > LONGEST_UID ? name : prefixed,
    title: `Operator ${name}`,
    description,
    tags: ["operator", "staircase"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: "browser",
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    annotations: { list: [] },
    links: [],
    templating: { list: variables(new Series({ job })) },
    panels: laidOut(rows(new Series({ namespace: fits("$namespace"), job }))),
  };
}

/** Options of {@link dashboardConfigMapOf}. */
export interface DashboardConfigMapOptions {
  /** The namespace of the ConfigMap. */
  readonly namespace: string;
  /**
   * Further labels.
   * @default {none}
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The dashboard in a ConfigMap, with the label by which Grafana's sidecar finds it. */
export function dashboardConfigMapOf(
  operator: ResolvedOperator,
  { namespace, labels = {} }: DashboardConfigMapOptions,
): DashboardConfigMap {
  const { name } = operator;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-dashboard`, namespace, labels: { ...labels, grafana_dashboard: "1" } },
    data: { [`${name}.json`]: `${JSON.stringify(dashboardOf(operator), null, 2)}\n` },
  };
}

function variables(series: Series): readonly Variable[] {
  const namespaced = series.of(METRICS.runsActive).replace("}", ',namespace=~"$namespace"}');
  const byQuery = (name: string, label: string, query: string, several: boolean): Variable => ({
    name,
    type: "query",
    label,
    datasource: DATASOURCE,
    query: { query, refId: name },
    // When the time range changes, so that what ran then can be chosen.
    refresh: 2,
    sort: 1,
    multi: several,
    includeAll: several,
    ...(several && { allValue: ".+", current: { text: ["All"], value: ["$__all"], selected: true } }),
  });
  return [
    { name: "datasource", type: "datasource", label: "Prometheus", query: "prometheus", refresh: 1 },
    byQuery("namespace", "Namespace", `label_values(${series.of(METRICS.runsActive)}, namespace)`, false),
    byQuery("controller", "Controller", `label_values(${namespaced}, controller)`, true),
  ];
}

function rows(series: Series): readonly Row[] {
  return [
    { title: "Fleet", panels: fleet(series) },
    { title: "Runs", panels: runs(series) },
    { title: "Durations", panels: durations(series) },
    { title: "Queue", panels: queue(series) },
    { title: "Watches", panels: watches(series) },
    { title: "Requests to the API server", panels: requests(series) },
    { title: "Process", panels: processPanels(series) },
  ];
}

function fleet(series: Series): Panel[] {
  const failed = series.of(METRICS.runs, { ...CHOSEN, outcome: is("Failed") });
  return [
    stat("Processes that answer", `sum(${series.target("up")})`, "Pods whose /metrics Prometheus could read."),
    stat("Objects in the caches", `sum(${series.of(METRICS.cacheObjects)})`, METRICS.cacheObjects.description),
    stat("Objects that wait", `sum(${series.of(METRICS.queueDepth, CHOSEN)})`, METRICS.queueDepth.description),
    stat("Failed Runs in ten minutes", `sum(increase(${failed}[10m]))`, "One object that fails has about five.", 1),
    {
      ...stat(
        "Longest trouble of a watch",
        `max(${series.of(METRICS.watchTrouble)})`,
        METRICS.watchTrouble.description,
        90,
      ),
      unit: "s",
    },
    stat(
      "Errors outside of Runs, in an hour",
      `sum(increase(${series.of(METRICS.errors)}[1h]))`,
      METRICS.errors.description,
      1,
    ),
  ];
}

function runs(series: Series): Panel[] {
  const notPassed = series.of(METRICS.steps, { ...CHOSEN, outcome: isNot("Passed") });
  const failed = `sum by (controller) (${rate(series.of(METRICS.runs, { ...CHOSEN, outcome: is("Failed") }))})`;
  const all = `sum by (controller) (${rate(series.of(METRICS.runs, CHOSEN))})`;
  return [
    {
      ...lines("Runs by outcome", METRICS.runs, perSecond(series.of(METRICS.runs, CHOSEN), "outcome")),
      stacked: true,
    },
    {
      ...lines("Share of Runs that fail", METRICS.runs, { expr: `${failed} / ${all}`, legend: "{{controller}}" }),
      unit: "percentunit",
    },
    lines("Steps that end Runs", METRICS.steps, perSecond(notPassed, "controller", "step", "outcome")),
  ];
}

function durations(series: Series): Panel[] {
  const ofRuns = series.buckets(METRICS.runDuration, CHOSEN);
  return [
    heatmap("How long Runs take", METRICS.runDuration, ofRuns),
    times("Quantiles of Runs", METRICS.runDuration, quantiles(ofRuns)),
    times(
      "The slowest tenth of each step",
      METRICS.stepDuration,
      [quantile(0.9, series.buckets(METRICS.stepDuration, CHOSEN), "controller", "step")],
    ),
  ];
}

function queue(series: Series): Panel[] {
  const byController = (metric: typeof METRICS.queueDepth, what: string): Query => ({
    expr: `sum by (controller) (${series.of(metric, CHOSEN)})`,
    legend: `{{controller}} ${what}`,
  });
  const waits = series.buckets(METRICS.queueWait, CHOSEN);
  return [
    {
      ...lines(
        "Objects in the queue",
        METRICS.queueDepth,
        byController(METRICS.queueDepth, "ready"),
        byController(METRICS.queueDelayed, "delayed"),
      ),
      unit: "short",
    },
    {
      ...lines("Workers that are busy", METRICS.runsActive, byController(METRICS.runsActive, "")),
      unit: "short",
    },
    lines(
      "Put back after a backoff",
      METRICS.queueRetries,
      perSecond(series.of(METRICS.queueRetries, CHOSEN), "controller"),
    ),
    heatmap("How long objects wait", METRICS.queueWait, waits),
    times("Quantiles of waits", METRICS.queueWait, quantiles(waits)),
  ];
}

function watches(series: Series): Panel[] {
  const longest = (metric: typeof METRICS.watchSilence): Query => ({
    expr: `max by (resource) (${series.of(metric)})`,
    legend: "{{resource}}",
  });
  return [
    lines("Changes", METRICS.watchEvents, perSecond(series.of(METRICS.watchEvents), "resource", "source")),
    lines(
      "Watches started again",
      METRICS.watchRestarts,
      perSecond(series.of(METRICS.watchRestarts), "resource", "cause"),
    ),
    times("Silence", METRICS.watchSilence, [longest(METRICS.watchSilence)]),
    times("Without a connection", METRICS.watchTrouble, [longest(METRICS.watchTrouble)]),
    {
      ...lines("Objects by kind", METRICS.cacheObjects, {
        expr: `sum by (resource) (${series.of(METRICS.cacheObjects)})`,
        legend: "{{resource}}",
      }),
      unit: "short",
    },
  ];
}

function requests(series: Series): Panel[] {
  const all = series.of(METRICS.apiRequests);
  const refused = series.of(METRICS.apiRequests, { code: isNot("200") });
  return [
    { ...lines("Requests", METRICS.apiRequests, perSecond(all, "verb", "resource")), stacked: true },
    lines("Refused, or without an answer", METRICS.apiRequests, perSecond(refused, "code", "verb", "resource")),
    times("How long requests take", METRICS.apiDuration, quantiles(series.buckets(METRICS.apiDuration), "verb")),
  ];
}

function processPanels(series: Series): Panel[] {
  return [
    lines("Errors outside of Runs", METRICS.errors, perSecond(series.of(METRICS.errors), "place")),
    lines(
      "Best-effort writes that fail",
      METRICS.bestEffortFailures,
      perSecond(series.of(METRICS.bestEffortFailures, CHOSEN), "controller", "step"),
      perSecond(series.of(METRICS.statusErrors, CHOSEN), "controller", "step"),
    ),
    {
      title: "Time to answer /metrics",
      description: "What holds the process up shows here first. A pod without a line does not answer.",
      type: "timeseries",
      unit: "s",
      queries: [{ expr: series.target("scrapeDuration"), legend: "{{pod}}" }],
    },
  ];
}

function stat(title: string, expr: string, description: string, bad?: number): Panel {
  const queries = [{ expr, legend: "" }];
  return { title, description, type: "stat", unit: "short", queries, ...(bad !== undefined && { bad }) };
}

/** Lines of a rate. */
function lines(title: string, { description }: Metric, ...queries: Query[]): Panel {
  return { title, description, type: "timeseries", unit: "ops", queries };
}

/** Lines of seconds. */
function times(title: string, { description }: Metric, queries: readonly Query[]): Panel {
  return { title, description, type: "timeseries", unit: "s", queries };
}

function heatmap(title: string, { description }: Metric, buckets: string): Panel {
  const expr = `sum by (le) (increase(${buckets}[${WINDOW}]))`;
  return { title, description, type: "heatmap", unit: "short", queries: [{ expr, legend: "{{le}}" }] };
}

function perSecond(selected: string, ...by: string[]): Query {
  return { expr: `sum by (${by.join(", ")}) (${rate(selected)})`, legend: by.map((label) => `{{${label}}}`).join(" ") };
}

function quantiles(buckets: string, ...by: string[]): Query[] {
  return [0.5, 0.9, 0.99].map((share) => quantile(share, buckets, ...by));
}

function quantile(share: number, buckets: string, ...by: string[]): Query {
  const name = `p${share * 100}`;
  return {
    expr: `histogram_quantile(${share}, sum by (${["le", ...by].join(", ")}) (${rate(buckets)}))`,
    legend: [name, ...by.map((label) => `{{${label}}}`)].join(" "),
  };
}

function rate(selected: string): string {
  return `rate(${selected}[${WINDOW}])`;
}
