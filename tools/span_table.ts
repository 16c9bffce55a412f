/** The table of spans: every name, attribute and description. Data only. */

/** One kind of span. */
export interface SpanDefinition {
  /** The name; parts in braces are filled in. */
  readonly name: string;
  /** What it describes. */
  readonly description: string;
  /** The attributes and their meanings. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The spans. */
export const SPANS: Readonly<Record<"run" | "step" | "request", SpanDefinition>> = {
  run: {
    name: "run {controller}",
    description: "One Run, if it is notable. The root of its trace.",
    attributes: {
      "staircase.controller": "The controller's name.",
      "staircase.run.id": "The Run's id, as in the log.",
      "staircase.object": "The object's key: `namespace/name`.",
      "staircase.trigger": "Why the object was queued.",
      "staircase.queue.wait": "How long it waited in the queue, in seconds.",
      "staircase.outcome":
        "How the Run ended: `NoOp`, `Modified`, `Stopped` or `Failed`; `Gone` when there was no such object.",
      "staircase.step": "The step that it ended with, if it did not walk them all.",
    },
  },
  step: {
    name: "step {step}",
    description:
      "One step, the change that it asked for included; left out if it passed at once. The branches of a join are below it.",
    attributes: {
      "staircase.step": "The step's name; for a branch of a join, `step/branch`.",
      "staircase.outcome": "How the step ended: `Passed`, `Modified`, `Stopped` or `Failed`.",
    },
  },
  request: {
    name: "{verb} {resource}",
    description: "One attempt of a request to the API server.",
    attributes: {
      "staircase.api.verb": "What was asked.",
      "staircase.api.resource": "The plural name and the group of the kind.",
      "staircase.api.subresource": "The part of the object, such as `status`.",
      "staircase.api.attempt": "1 for the first.",
      "k8s.namespace.name": "The object's namespace.",
      "staircase.api.name": "The object's name.",
      "http.response.status_code": "The HTTP status, if it was a refusal.",
    },
  },
};
