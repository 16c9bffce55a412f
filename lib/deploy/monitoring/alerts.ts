/** The alerts: what somebody on call wants to know, from which threshold on, and why from there. */

import { Event } from "../../kube/mod.ts";
import { METRICS, resourceLabel } from "../../telemetry/mod.ts";
import type { ResolvedOperator } from "../operator/mod.ts";
import { fits, is, isNot, jobOf, Series } from "./promql.ts";

/** One alert. */
export interface Alert {
  readonly name: string;
  /** `critical`: nothing, or a part, is reconciled now. `warning`: somebody has to look, on a working day. */
  readonly severity: "critical" | "warning";
  readonly expr: string;
  /** How long `expr` must hold. */
  readonly for: string;
  readonly summary: string;
  /** What it means, and what to do. */
  readonly description: string;
  /** Why the threshold and `for` are what they are. */
  readonly because: string;
  /** The heading of docs/troubleshooting.md that goes on from there. */
  readonly heading: Heading;
}

/** The headings of docs/troubleshooting.md, as links name them. */
type Heading =
  | "first-look"
  | "it-does-not-start"
  | "watches"
  | "runs"
  | "errors-outside-of-runs"
  | "shutdown-and-restart";

/** The outcome of a failed Run. */
const FAILED = "Failed";

/** Requests about Events, which are best effort: they are told of apart. */
const EVENTS = resourceLabel(Event.plural, Event.group);

/** A minute, in milliseconds. */
const MINUTE = 60_000;

/** The alerts of an operator that runs in a namespace. */
export function alerts(operator: ResolvedOperator, namespace: string): readonly Alert[] {
  const series = new Series({ namespace: is(namespace), job: jobOf(operator.name) });
  return [
    ...aboutTheProcess(operator, series),
    ...aboutWatches(series),
    ...aboutRuns(series),
    ...aboutTheQueue(operator, series),
    ...aboutTheApiServer(series),
    ...aboutErrors(operator, series),
  ];
}

function aboutTheProcess({ name }: ResolvedOperator, series: Series): Alert[] {
  const restarts = `resets(${series.of(METRICS.apiRequests, { verb: is("watch") })}[1h])`;
  const outages = `changes(${series.target("up")}[1h]) / 2`;
  return [{
    name: "OperatorDown",
    severity: "critical",
    expr: `absent(${series.target("up")} == 1)`,
    for: "5m",
    summary: `No process of the operator ${name} answers`,
    description: `Nothing is reconciled. If pods of ${name} run, look at their log and at /readyz; if none does, ` +
      "at the events of the Deployment. If all is well there, Prometheus does not reach the port of /metrics: " +
      "look at the NetworkPolicy and the monitor.",
    because: "A pod that moves to another node is away for a minute or two, with the pull of its image",
    heading: "it-does-not-start",
  }, {
    name: "OperatorRestarting",
    severity: "warning",
    expr: `max by (pod) (${restarts}) > 2 or max by (pod) (${outages}) > 2`,
    for: "0m",
    summary: `The operator ${name} is restarted again and again`,
    description: "{{ $labels.pod }} has restarted {{ $value }} times within an hour. " +
      "kubectl describe pod has the reason of the last one: OOMKilled, a failed liveness probe, or an exit code; " +
      "kubectl logs --previous has the last words.",
    because: "A process counts the watches that it begins, two a minute of each kind, and begins at 0. " +
      "A node that is drained or a rollout makes another pod, which does not count",
    heading: "shutdown-and-restart",
  }];
}

function aboutWatches(series: Series): Alert[] {
  const failures = `increase(${series.of(METRICS.watchRestarts, { cause: is("failed") })}[10m])`;
  return [{
    name: "OperatorWatchDown",
    severity: "critical",
    expr: `max by (resource) (${series.of(METRICS.watchTrouble)}) > 300`,
    for: "1m",
    summary: "The operator does not see what happens to {{ $labels.resource }}",
    description: "The watch of {{ $labels.resource }} has had no connection for {{ $value | humanizeDuration }}. " +
      "The log says why, once a minute: a refusal (grant list and watch), a kind that is not installed, " +
      "an API server that cannot be reached. It begins again by itself.",
    because: "A dead connection is noticed within 45 s, and an API server that restarts is back within a minute or two",
    heading: "watches",
  }, {
    name: "OperatorWatchRestarting",
    severity: "warning",
    expr: `sum by (resource) (${failures}) > 3`,
    for: "30m",
    summary: "The watch of {{ $labels.resource }} breaks again and again",
    description: "It was started again after {{ $value | humanize }} failures within ten minutes. No change is " +
      "lost, but each costs a delay. A proxy, a gateway or a NAT before the API server ends connections, " +
      "or the API server refuses them.",
    because: "An upgrade of the control plane breaks a few, and is over within half an hour. " +
      "Watches that the server ends by itself do not count",
    heading: "watches",
  }, {
    name: "OperatorClusterRestored",
    severity: "warning",
    expr: `sum by (resource) (increase(${series.of(METRICS.watchRestarts, { cause: is("restored") })}[30m])) > 0`,
    for: "0m",
    summary: "The cluster has gone back in time, as seen from {{ $labels.resource }}",
    description: "etcd was restored from a backup. The operator has listed everything again, and goes on from what " +
      "there is. Look at what it did in the world outside since the backup: an object may be asked for twice.",
    because: "It is never part of normal work",
    heading: "watches",
  }];
}

function aboutRuns(series: Series): Alert[] {
  const failed = `sum by (controller) (increase(${series.of(METRICS.runs, { outcome: is(FAILED) })}[10m]))`;
  const all = `sum by (controller) (increase(${series.of(METRICS.runs)}[10m]))`;
  const bestEffort = [METRICS.bestEffortFailures, METRICS.statusErrors]
    .map((metric) => `sum by (controller, step) (increase(${series.of(metric)}[15m])) > 0`);
  return [{
    name: "OperatorRunsFailing",
    severity: "warning",
    expr: `${failed} > 3`,
    for: "1h",
    summary: "Runs of {{ $labels.controller }} have been failing for an hour",
    description: "At least one object does not get ahead: {{ $value | humanize }} of its Runs failed within ten " +
      "minutes. The log has key, step and error of each: level error, controller {{ $labels.controller }}.",
    because: "An object that fails is tried every two minutes at the latest, so one alone fails five times in ten " +
      "minutes. What others cause and mend, such as a conflict or a webhook that restarts, is over within an hour",
    heading: "runs",
  }, {
    name: "OperatorMostRunsFail",
    severity: "critical",
    expr: `${failed} / ${all} > 0.5 and ${failed} > 10`,
    for: "15m",
    summary: "Most Runs of {{ $labels.controller }} fail",
    description:
      "{{ $value | humanizePercentage }} of the Runs of the last ten minutes failed. It is not one object: " +
      "look in the log for the error that they share, such as a missing right, a webhook, or a service that " +
      "steps ask.",
    because: "A single object that fails has five Runs in ten minutes, so more than ten are several. " +
      "The backoff slows them down, and a Run that succeeds soon ends the share",
    heading: "runs",
  }, {
    name: "OperatorBestEffortFailing",
    severity: "warning",
    expr: bestEffort.join(" or "),
    for: "30m",
    summary: "Best-effort writes of {{ $labels.controller }} keep failing",
    description:
      "In the step {{ $labels.step }}, withStatus or alsoTry failed {{ $value | humanize }} times within a " +
      "quarter of an hour. Runs do not fail by that, but what they would say of the object is missing.",
    because: "One that is lost is made up for by the next Run; those that fail for 45 minutes have a cause that stays",
    heading: "runs",
  }];
}

function aboutTheQueue({ controllers }: ResolvedOperator, series: Series): Alert[] {
  const longest = Math.max(...controllers.map(({ stepTimeout }) => stepTimeout));
  const stuck = `${Math.ceil(Math.max(5 * MINUTE, 5 * longest) / MINUTE)}m`;
  const waits = `sum by (controller, le) (rate(${series.buckets(METRICS.queueWait)}[15m]))`;
  const waiting = (window: string) =>
    `min by (controller) (min_over_time(${series.of(METRICS.queueDepth)}[${window}])) > 0`;
  const active = (window: string, name?: string) => {
    const matches = name === undefined ? {} : { controller: is(name) };
    return `min by (controller) (min_over_time(${series.of(METRICS.runsActive, matches)}[${window}]))`;
  };
  const busy = controllers.map(({ name, concurrency }) => `${active("15m", name)} >= ${concurrency}`);
  return [{
    name: "OperatorStuck",
    severity: "critical",
    expr: `${waiting(stuck)} and ${active(stuck)} > 0 and ` +
      `sum by (controller) (increase(${series.of(METRICS.runs)}[${stuck}])) == 0`,
    for: "2m",
    summary: "Objects of {{ $labels.controller }} wait, and no Run ends",
    description: "{{ $value }} objects are ready, and every worker is held by a Run that does not end. " +
      "Look in the log for `waiting for a change that goes on`: its action ignores its signal. " +
      "The liveness probe restarts the pod soon; that gives the workers back, until it happens again.",
    because: `No step may take longer than its timeout, so within ${stuck} a Run ends. ` +
      "The liveness probe acts later than this, so that there is time to look",
    heading: "shutdown-and-restart",
  }, {
    name: "OperatorQueueWaits",
    severity: "warning",
    expr: `histogram_quantile(0.9, ${waits}) > 60`,
    for: "15m",
    summary: "Objects of {{ $labels.controller }} wait long for their Runs",
    description:
      "One in ten waited {{ $value | humanizeDuration }} or longer. If OperatorWorkersBusy is there as well, " +
      "raise concurrency; otherwise look for the step that takes long (the dashboard has it), or for what wakes " +
      "so many objects.",
    because:
      "A queue that keeps up hands an object out within milliseconds. A start with ten thousand objects is over " +
      "within a quarter of an hour",
    heading: "first-look",
  }, {
    name: "OperatorWorkersBusy",
    severity: "warning",
    expr: `(${busy.join(" or ")}) and ${waiting("15m")}`,
    for: "15m",
    summary: "All workers of {{ $labels.controller }} are busy, all the time",
    description: "All of them ({{ $value }}) have had a Run, and objects waited, at each look of half an hour. " +
      "The queue does not drain: raise concurrency, or make the slowest step faster.",
    because: "Full workers are right while there is something to catch up with, which is over within half an hour",
    heading: "first-look",
  }];
}

function aboutTheApiServer(series: Series): Alert[] {
  const resource = isNot(EVENTS);
  const refused = series.of(METRICS.apiRequests, { resource, code: fits("401|403") });
  const slowed = series.of(METRICS.apiRequests, { resource, code: is("429") });
  const failed = series.of(METRICS.apiRequests, { resource, code: fits("5..|none") });
  const all = `sum(rate(${series.of(METRICS.apiRequests)}[5m]))`;
  return [{
    name: "OperatorRefused",
    severity: "warning",
    expr: `sum by (verb, resource, code) (increase(${refused}[5m])) > 0`,
    for: "15m",
    summary: "The API server refuses {{ $labels.verb }} of {{ $labels.resource }} ({{ $labels.code }})",
    description: "With 403 the account lacks a rule, or the admission policy forbids it: apply the manifests of this " +
      "version. With 401 it takes the token for invalid: look at the projected token and the clock of the node.",
    because: "A role that is applied after the Deployment is there within a minute, and the operator tries again by " +
      "itself, every two minutes at the latest. What is still refused a quarter of an hour later is not granted",
    heading: "it-does-not-start",
  }, {
    name: "OperatorThrottled",
    severity: "warning",
    expr: `sum(rate(${slowed}[5m])) / ${all} > 0.05`,
    for: "15m",
    summary: "The API server slows the operator down (429)",
    description:
      "{{ $value | humanizePercentage }} of the requests are put off. The operator waits as it is told, and " +
      "loses nothing. Lower concurrency, or give its account a FlowSchema of its own.",
    because:
      "API Priority and Fairness refuses single requests at any peak; one in twenty for a quarter of an hour is no peak",
    heading: "first-look",
  }, {
    name: "OperatorApiErrors",
    severity: "warning",
    expr: `sum(rate(${failed}[5m])) / ${all} > 0.05`,
    for: "15m",
    summary: "Requests of the operator to the API server fail",
    description:
      "{{ $value | humanizePercentage }} of them ended with a 5xx or without an answer. The operator tries " +
      "again by itself. Look at the API server, at its webhooks, and at the network between.",
    because: "A control plane of one replica that restarts fails all requests for a minute or two, and has been " +
      "forgotten five minutes later",
    heading: "it-does-not-start",
  }];
}

function aboutErrors(operator: ResolvedOperator, series: Series): Alert[] {
  const lost = (code: string) => series.of(METRICS.apiRequests, { resource: is(EVENTS), code: fits(code) });
  const events: Alert = {
    name: "OperatorEventsLost",
    severity: "warning",
    expr: `sum(increase(${lost("429|5..|none")}[1h])) > 5 or sum(increase(${lost("403")}[2h])) > 0`,
    for: "0m",
    summary: "Events of the operator are lost",
    description:
      "{{ $value | humanize }} could not be written. Runs are not affected, but kubectl describe shows less " +
      "than happened. If the account lacks the rule, the log has it.",
    because: "Events are best effort, and an API server that restarts loses a few. " +
      "A namespace where they are forbidden is tried once an hour",
    heading: "errors-outside-of-runs",
  };
  return [{
    name: "OperatorErrorsOutsideRuns",
    severity: "warning",
    expr: `sum by (place) (increase(${series.of(METRICS.errors)}[15m])) > 0`,
    for: "10m",
    summary: "Errors in {{ $labels.place }}, which fail no Run",
    description: "{{ $value | humanize }} within a quarter of an hour were caught so that the process goes on. " +
      "Each is a mistake in code; the log has what was thrown, and where.",
    because: "Each is a mistake, and none mends itself. The window is longer than `for`, so that one is enough",
    heading: "errors-outside-of-runs",
  }, ...(operator.events ? [events] : [])];
}
