/** The table of metrics: every name, unit, label and description. `docs/metrics.md` is made from it. Data only. */

/** What a label says, and which values it can have: never an object's name, so that the series stay few. */
export const LABELS: Readonly<Record<LabelName, string>> = {
  controller: "The controller's name.",
  outcome: "How it ended: for a Run `NoOp`, `Modified`, `Stopped` or `Failed`; for a step `Passed` in place of `NoOp`.",
  step: "The step's name; for a branch of a join, `step/branch`. At most 200 of a controller, then `(other)`.",
  resource: "The plural name and the group of a kind: `secrets`, `deployments.apps`. At most 200, then `(other)`.",
  source:
    "Where a change was learnt: `initial` or `relist` (a list), `event`, `write` (an own one) or `live` (a live read).",
  cause:
    "Why a watch was begun anew: `ended` (by the server, as it does twice a minute), `expired`, `failed`, or `restored` (etcd went back to a backup).",
  verb: "`get`, `list`, `watch`, `create`, `update`, `patch` or `delete`.",
  code: "The HTTP status; `200` for any success, `none` when there was no answer.",
  place:
    "Where an error was caught that no Run failed with: `trigger` (a predicate or a mapping), `onRun`, `event`, `telemetry`, `watch`, `worker`, `rejection` (a promise that nobody awaits) or `uncaught` (a callback that nobody called from a step).",
};

/** The labels. */
export type LabelName = "controller" | "outcome" | "step" | "resource" | "source" | "cause" | "verb" | "code" | "place";

/** The values of the labels of one series. */
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** One metric. */
export interface MetricDefinition {
  /** The name, as OpenTelemetry has it. */
  readonly name: string;
  /** `counter`: only rises. `gauge`: a value of now. `histogram`: how values are spread. */
  readonly type: "counter" | "gauge" | "histogram";
  /** The unit, in the words of UCUM: `s`, or what is counted in braces. */
  readonly unit: string;
  /** What it measures. */
  readonly description: string;
  /** Its labels. */
  readonly labels: readonly LabelName[];
  /** The upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** The metrics that count. */
export type CounterId =
  | "runs"
  | "steps"
  | "statusErrors"
  | "bestEffortFailures"
  | "queueRetries"
  | "watchEvents"
  | "watchRestarts"
  | "apiRequests"
  | "errors";

/** The metrics that are values of now. */
export type GaugeId =
  | "runsActive"
  | "queueDepth"
  | "queueDelayed"
  | "watchSilence"
  | "watchTrouble"
  | "cacheObjects";

/** The metrics that are spread. */
export type HistogramId = "runDuration" | "stepDuration" | "queueWait" | "apiDuration";

/** All metrics. */
export type MetricId = CounterId | GaugeId | HistogramId;

/** From a step that only looks at a cache to one that waits for the outside world until its timeout of a minute. */
const WORK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A queue that keeps up hands a key out within milliseconds; one that does not is minutes behind. */
const WAIT = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

/** The table. */
export const METRICS: Readonly<Record<MetricId, MetricDefinition>> = {
  runs: {
    name: "staircase.runs",
    type: "counter",
    unit: "{run}",
    description: "Runs that have ended.",
    labels: ["controller", "outcome"],
  },
  runDuration: {
    name: "staircase.run.duration",
    type: "histogram",
    unit: "s",
    description: "How long Runs took.",
    labels: ["controller", "outcome"],
    buckets: WORK,
  },
  runsActive: {
    name: "staircase.runs.active",
    type: "gauge",
    unit: "{run}",
    description: "Runs that are under way.",
    labels: ["controller"],
  },
  steps: {
    name: "staircase.steps",
    type: "counter",
    unit: "{step}",
    description: "Steps that have ended.",
    labels: ["controller", "step", "outcome"],
  },
  stepDuration: {
    name: "staircase.step.duration",
    type: "histogram",
    unit: "s",
    description:
      "How long steps took that took a millisecond or more, their changes included; the others are only counted.",
    labels: ["controller", "step"],
    buckets: WORK.slice(1),
  },
  statusErrors: {
    name: "staircase.status.errors",
    type: "counter",
    unit: "{error}",
    description: "Writes of the status along with a change (withStatus) that failed, and were let go.",
    labels: ["controller", "step"],
  },
  bestEffortFailures: {
    name: "staircase.best_effort.failures",
    type: "counter",
    unit: "{failure}",
    description: "Other changes that may fail (alsoTry), and did.",
    labels: ["controller", "step"],
  },
  queueDepth: {
    name: "staircase.queue.depth",
    type: "gauge",
    unit: "{key}",
    description: "Objects that are ready, and wait for a Run.",
    labels: ["controller"],
  },
  queueDelayed: {
    name: "staircase.queue.delayed",
    type: "gauge",
    unit: "{key}",
    description: "Objects that are to be run again when a time is over.",
    labels: ["controller"],
  },
  queueWait: {
    name: "staircase.queue.wait",
    type: "histogram",
    unit: "s",
    description: "How long objects that were ready waited for their Runs.",
    labels: ["controller"],
    buckets: WAIT,
  },
  queueRetries: {
    name: "staircase.queue.retries",
    type: "counter",
    unit: "{retry}",
    description: "Objects put back to be run again after a backoff, as their Run failed or had no effect.",
    labels: ["controller"],
  },
  watchEvents: {
    name: "staircase.watch.events",
    type: "counter",
    unit: "{event}",
    description: "Changes of objects that are watched.",
    labels: ["resource", "source"],
  },
  watchRestarts: {
    name: "staircase.watch.restarts",
    type: "counter",
    unit: "{restart}",
    description: "Watches that were begun anew.",
    labels: ["resource", "cause"],
  },
  watchSilence: {
    name: "staircase.watch.silence",
    type: "gauge",
    unit: "s",
    description:
      "How long ago a watch last gave a sign of life: a change, a bookmark, an answer; of several watches, the most silent.",
    labels: ["resource"],
  },
  watchTrouble: {
    name: "staircase.watch.trouble",
    type: "gauge",
    unit: "s",
    description:
      "How long a watch has been without a connection, from its last sign of life on; 0 when all is well, of several watches the longest.",
    labels: ["resource"],
  },
  cacheObjects: {
    name: "staircase.cache.objects",
    type: "gauge",
    unit: "{object}",
    description: "Objects in the cache.",
    labels: ["resource"],
  },
  apiRequests: {
    name: "staircase.api.requests",
    type: "counter",
    unit: "{request}",
    description: "Requests to the API server, each attempt counted.",
    labels: ["verb", "resource", "code"],
  },
  apiDuration: {
    name: "staircase.api.duration",
    type: "histogram",
    unit: "s",
    description: "How long requests to the API server took, lists and watches of the caches left out.",
    labels: ["verb"],
    buckets: WORK,
  },
  errors: {
    name: "staircase.errors",
    type: "counter",
    unit: "{error}",
    description:
      "Errors that no Run failed with, and that were caught for the process to go on; a hundred a minute of each place are in the log.",
    labels: ["place"],
  },
};

/** What Prometheus calls a metric: `staircase.run.duration` in `s` is `staircase_run_duration_seconds`. */
export function prometheusName({ name, unit, type }: Pick<MetricDefinition, "name" | "unit" | "type">): string {
  const base = name.replaceAll(".", "_");
  return `${base}${unit === "s" ? "_seconds" : ""}${type === "counter" ? "_total" : ""}`;
}
