/** The table of metrics: every name, unit, label and description. `docs/metrics.md` is made from it. */

/** What a label says, and which values it can have: never an object's name, so that the series stay few. */
export const LABELS = {
  controller: "The controller's name.",
  outcome: "How it ended: for a Run `NoOp`, `Modified`, `Stopped` or `Failed`; for a step `Passed` in place of `NoOp`.",
  step: "The step's name; for a branch of a join, `step/branch`. At most 200 of a controller, then `(other)`.",
  resource: "The plural name and the group of a kind: `secrets`, `deployments.apps`. At most 200, then `(other)`.",
  source:
    "Where a change came from: `initial` or `relist` (a list), `event`, `write` (an own one) or `live` (a live read).",
  cause:
    "Why a watch was started again: `ended` (by the server, as it does twice a minute), `expired`, `failed`, or `restored` (etcd went back to a backup).",
  verb: "`get`, `list`, `watch`, `create`, `update`, `patch` or `delete`.",
  code: "The HTTP status; `200` for any success, `none` when there was no answer.",
  place:
    "Where an error was caught that failed no Run: `trigger` (a predicate or a mapping), `onRun`, `event`, `telemetry`, `watch`, `worker`, `rejection` (a promise that was not awaited) or `uncaught` (a callback that threw outside of a step).",
};

/** The labels. */
export type LabelName = keyof typeof LABELS;

type LabelNames = readonly LabelName[];

/** `counter`: only rises. `gauge`: a value of now. `histogram`: how values are spread. */
type MetricType = "counter" | "gauge" | "histogram";

/** One metric. */
export interface MetricDefinition<T extends MetricType = MetricType, L extends LabelNames = LabelNames> {
  readonly type: T;
  /** The name, as OpenTelemetry has it. */
  readonly name: string;
  /** The unit, in the words of UCUM: `s`, or what is counted in braces. */
  readonly unit: string;
  /** Its labels. */
  readonly labels: L;
  /** What it measures. */
  readonly description: string;
  /** The upper bounds of a histogram's buckets, themselves included; of anything else, none. */
  readonly buckets: readonly number[];
}

function metric<T extends MetricType>(type: T) {
  return <const L extends LabelNames>(
    name: string,
    unit: string,
    labels: L,
    description: string,
    buckets: readonly number[] = [],
  ): MetricDefinition<T, L> => ({ type, name, unit, labels, description, buckets });
}

const counter = metric("counter");
const gauge = metric("gauge");
const histogram = metric("histogram");

/** From a step that only looks at a cache to one that waits for the outside world until its timeout of a minute. */
const WORK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A queue that keeps up hands a key out within milliseconds; one that does not is minutes behind. */
const WAIT = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

/** The table. */
export const METRICS = {
  runs: counter("staircase.runs", "{run}", ["controller", "outcome"], "Runs that have ended."),
  runDuration: histogram("staircase.run.duration", "s", ["controller", "outcome"], "How long Runs took.", WORK),
  runsActive: gauge("staircase.runs.active", "{run}", ["controller"], "Runs that are under way."),
  steps: counter("staircase.steps", "{step}", ["controller", "step", "outcome"], "Steps that have ended."),
  stepDuration: histogram(
    "staircase.step.duration",
    "s",
    ["controller", "step"],
    "How long steps took, changes included; only steps of a millisecond or more.",
    WORK.slice(1),
  ),
  statusErrors: counter(
    "staircase.status.errors",
    "{error}",
    ["controller", "step"],
    "Best-effort writes of the status (withStatus) that failed.",
  ),
  bestEffortFailures: counter(
    "staircase.best_effort.failures",
    "{failure}",
    ["controller", "step"],
    "Best-effort changes (alsoTry) that failed.",
  ),
  queueDepth: gauge("staircase.queue.depth", "{key}", ["controller"], "Objects that are ready and wait for a worker."),
  queueDelayed: gauge(
    "staircase.queue.delayed",
    "{key}",
    ["controller"],
    "Objects that will be run again after a delay.",
  ),
  queueWait: histogram(
    "staircase.queue.wait",
    "s",
    ["controller"],
    "How long ready objects waited for their Runs.",
    WAIT,
  ),
  queueRetries: counter(
    "staircase.queue.retries",
    "{retry}",
    ["controller"],
    "Objects put back for another Run after a backoff, because their Run failed or had no effect.",
  ),
  watchEvents: counter(
    "staircase.watch.events",
    "{event}",
    ["resource", "source"],
    "Changes of watched objects.",
  ),
  watchRestarts: counter(
    "staircase.watch.restarts",
    "{restart}",
    ["resource", "cause"],
    "Watches that were started again.",
  ),
  watchSilence: gauge(
    "staircase.watch.silence",
    "s",
    ["resource"],
    "Time since the last sign of life of a watch: a change, a bookmark, an answer. Of several watches, the longest time.",
  ),
  watchTrouble: gauge(
    "staircase.watch.trouble",
    "s",
    ["resource"],
    "How long a watch has had no connection, counted from its last sign of life; 0 if all watches are connected. Of several watches, the longest time.",
  ),
  cacheObjects: gauge("staircase.cache.objects", "{object}", ["resource"], "Objects in the cache."),
  apiRequests: counter(
    "staircase.api.requests",
    "{request}",
    ["verb", "resource", "code"],
    "Requests to the API server, each attempt counted.",
  ),
  apiDuration: histogram(
    "staircase.api.duration",
    "s",
    ["verb"],
    "How long requests to the API server took, except the lists and watches of the caches.",
    WORK,
  ),
  errors: counter(
    "staircase.errors",
    "{error}",
    ["place"],
    "Errors that failed no Run, and were caught so that the process goes on; a hundred a minute of each place are logged.",
  ),
};

type Table = typeof METRICS;

/** All metrics. */
export type MetricId = keyof Table;

/** The metrics of one type. */
export type IdOf<T extends MetricType> = {
  [Id in MetricId]: Table[Id]["type"] extends T ? Id : never;
}[MetricId];

/** The values of a metric's labels, in the table's order. */
export type LabelValues<Id extends MetricId> = ValuesOf<Table[Id]["labels"]>;

type ValuesOf<L extends LabelNames> = { readonly [At in keyof L]: string };

/** What Prometheus calls a metric: `staircase.run.duration` in `s` is `staircase_run_duration_seconds`. */
export function prometheusName({ name, unit, type }: Pick<MetricDefinition, "name" | "unit" | "type">): string {
  const base = name.replaceAll(".", "_");
  return `${base}${unit === "s" ? "_seconds" : ""}${type === "counter" ? "_total" : ""}`;
}

/** The plural name and the group of a kind, as RBAC writes it: `secrets`, `deployments.apps`. */
export function resourceLabel(resource: string, group: string): string {
  return group === "" ? resource : `${resource}.${group}`;
}
