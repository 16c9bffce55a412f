/** The features of the Rust crate, their names here, and the tests of each. */

/** A feature of the crate. */
export interface SeedRow {
  /** Its name in the crate. */
  readonly crate: string;
  /** Its name here. */
  readonly here: string;
  /** Its tests: the file below `tests/`, and the names of tests in it. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** All rows, in the order in which a reader meets the features. */
export const SEED_ROWS: readonly SeedRow[] = [
  {
    crate: "Run, Step, Plan",
    here: "Run, Step, Steps",
    tests: {
      "run/run_test.ts": ["the first change ends the Run: no later step is walked"],
      "controller/converge_test.ts": ["an object reaches its desired state by one change per Run"],
    },
  },
  {
    crate: "Step: InData, OutData, Error, traced_name",
    here: "observe and change functions, typed by inference; the name is the first argument",
    tests: {
      "run/run_test.ts": ["a Run in which no step asks for a change is a NoOp, and has the last data"],
      "steps/steps_test.ts": ["a name that is taken is refused, and the error names the step and the kind"],
    },
  },
  {
    crate: "Mode = Immutable / Mutable, immutable_step, mutable_step",
    here: ".observe(), .change(), observeStep, changeStep",
    tests: {
      "run/run_test.ts": ["a change from an observe step or a branch is refused, and nothing is performed"],
      "controller/read_only_test.ts": [
        "whatever function in a step's context is called with whatever arguments, nothing is written",
      ],
    },
  },
  {
    crate: "StepOutcome::{NoModification, Stop}, MutableStepOutcome::Modified",
    here: "data, stop(), a Change",
    tests: {
      "run/run_test.ts": [
        "a Run in which no step asks for a change is a NoOp, and has the last data",
        "stop ends the Run without a change",
      ],
    },
  },
  {
    crate: "Plan::from(a).then(b), .join, .join_map, BoxPlan, Plan::empty",
    here: ".step(), .join({…}) and a step after it, (object) => Steps, defineSteps(Foo) alone",
    tests: {
      "run/run_test.ts": [
        "branches run in parallel, and the next step gets what they return by name",
        "all errors of a join are collected",
        "any stop of a join stops the Run; an error takes precedence",
      ],
      "controller/converge_test.ts": ["the plan may be chosen for each object"],
    },
  },
  {
    crate: "RunContext {resource, client, run_start}",
    here: "{ object, kube, runStart, signal, log }",
    tests: {
      "controller/read_only_test.ts": [
        "a step's context leads to no functions except those that read, log, stop or request a change",
      ],
    },
  },
  {
    crate: "RunOutcome::{Stopped, Modified, NoOp}, .action(default)",
    here: "the same three, and Failed; policy, requeueEvery",
    tests: {
      "run/policy_test.ts": [
        "after a change the object is run again at once",
        "after a Run without a change the object waits for requeueEvery, less up to a tenth",
        "after a stop the object waits as long as the step asked for",
      ],
    },
  },
  {
    crate: "run_plan, run, RunReconcilerConfig, RunStepConfig",
    here: "runSteps(…)",
    tests: {
      "controller/traces_test.ts": ["a Run by hand is part of what is active, and its steps and requests are below it"],
    },
  },
  {
    crate: "Reconciler::evaluate_plan",
    here: "steps: (object) => Steps, initial: (object) => data",
    tests: {
      "controller/converge_test.ts": ["the plan may be chosen for each object"],
      "run/run_test.ts": ["initial data that cannot be made fails the Run, and is told apart from the steps"],
    },
  },
  {
    crate: "StatusUpdater, KubeStatusUpdater",
    here: ".withStatus()",
    tests: {
      "run/run_test.ts": [
        "the status and the best-effort changes are tried after a change, in order, with its result",
        "a status or a best-effort change that fails never fails the Run",
      ],
    },
  },
  {
    crate: "StepFailure",
    here: "StepError { step, cause }",
    tests: { "run/run_test.ts": ["a step that throws fails the Run, with the step's name and the cause"] },
  },
  {
    crate: "feature metrics: run.duration, step.duration, step.status.error.count",
    here: "the same measures, in seconds, by controller and step",
    tests: {
      "controller/metrics_test.ts": [
        "the time of a Run, of its step and of its wait is measured in seconds, the change included",
        "failures, retries, refused requests and writes that were let go are counted",
      ],
    },
  },
  {
    crate: "feature trace: a span per Run with a random id, a span per step",
    here: "the same, plus why the Run was queued",
    tests: {
      "controller/traces_test.ts": [
        "a Run is a trace: its steps are below it, and its requests below the steps",
        "the span of a Run has its controller, object, trigger and outcome",
      ],
    },
  },
  {
    crate: "util: reconcile_with_finalizer, requeue_on_error",
    here: "cleanup; exponential backoff for each object",
    tests: {
      "controller/finalizer_test.ts": [
        "the finalizer is added in a Run of its own, before any step",
        "when the object is being deleted the cleanup is walked, then the finalizer removed",
      ],
      "run/policy_test.ts": ["failures back off further each time, and success resets"],
    },
  },
  {
    crate: "util: update_crd",
    here: "installCrd",
    tests: {
      "kube/install_crd_test.ts": [
        "a CRD that is missing is created, and waited for",
        "a CRD that matches is left alone, whatever the API server has filled in",
        "a CRD that differs is updated, and keeps what the definition does not have",
      ],
    },
  },
  {
    crate:
      "util: list_all_by_label, list_one_by_label, get_opt_by_name, identifier_component_label, service_host, service_url",
    here: "methods of a component; serviceHost, serviceUrl",
    tests: {
      "components/component_test.ts": [
        "get finds the object by its name",
        "list finds the owner's dependents by label, and no other owner's",
        "one finds the only dependent; none and several are different errors",
        "a Service has an address inside the cluster, by itself, as a draft, or by its place",
      ],
    },
  },
  {
    crate:
      "resources: ComponentizedResource, NamedResource, LabeledResource, ApiResource, ResourceGenerator, staircase-derive",
    here: "component(…)",
    tests: {
      "components/component_test.ts": [
        "a dependent is built with name, namespace, labels and owner reference",
        "a dependent is named after its owner, by a suffix, or by a function",
      ],
    },
  },
  {
    crate: "examples: simple, controller, resource",
    here: "examples/simple.ts, multi, website, order",
    tests: {
      "examples/simple_test.ts": [
        "the first example runs without any permission, asks for none, and changes one thing a Run",
      ],
    },
  },
  {
    crate: "example elevator-operator",
    here: "examples/elevator",
    tests: {
      "examples/elevator_test.ts": [
        "an elevator consists of a Deployment, a Service and a ConfigMap with its page",
        "an elevator moves one floor a Run, and passes none by",
      ],
    },
  },
];
