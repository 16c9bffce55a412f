/**
 * The alerts, on what real operators say of themselves: each fires when it should and not before, and none in normal work or
 * in a trouble that passes. promtool evaluates them as Prometheus does.
 */

import { assert, assertEquals } from "@std/assert";
import { defineSteps, perform } from "../../../mod.ts";
import { ConfigMap } from "../../../lib/kube/kinds/mod.ts";
import { alertsOf } from "../../../lib/deploy/monitoring/mod.ts";
import { resolveOperator } from "../../../lib/deploy/operator/mod.ts";
import { sleep } from "../../../lib/time/mod.ts";
import { isWrite, refusal, unreachable } from "../../controller/faults.ts";
import { controllerOf, failingFor, Foo, PlayedOperator, type PlayedOptions, type Scrape } from "./played_operator.ts";
import { checkRules, hasPromtool, type InputSeries, storedSeries, TARGET_LABELS, testRules } from "./promtool.ts";

const HOUR = 60;

function ruleOf(options: PlayedOptions = {}) {
  return alertsOf(resolveOperator({ controllers: [controllerOf(options)], ...options.serve }), {
    namespace: TARGET_LABELS.namespace,
  });
}

/** Fails unless exactly these alerts have fired within the time of the scrapes. */
async function assertFired(scrapes: readonly Scrape[], names: readonly string[], options: PlayedOptions = {}) {
  await assertFiredOf(storedSeries(scrapes), `${scrapes.length}m`, names, options);
}

/** The same, of series from any target. */
async function assertFiredOf(
  series: readonly InputSeries[],
  time: string,
  names: readonly string[],
  options: PlayedOptions = {},
) {
  const ever = {
    expr: `group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[${time}]))`,
    eval_time: time,
    exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  };
  const { code, said } = await testRules(ruleOf(options).spec, series, { exprs: [ever] });
  assertEquals(code, 0, said);
}

/** A test with promtool: ignored where there is none. */
function testFired(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasPromtool, fn });
}

Deno.test("each alert has a test that it fires", async () => {
  const text = await Deno.readTextFile(new URL(import.meta.url));
  const fired = new Set(
    [...text.matchAll(/assertFired\(\w+(?:\.scrapes)?, \[([^\]]*)\]/g)].flatMap(([, names]) => names!.split(", ")),
  );
  const names = ruleOf({ serve: { events: true } }).spec.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  assertEquals(names.filter((name) => !fired.has(`"${name}"`)), []);
});

Deno.test("each alert says how grave it is, what it means and where to read on, by labels that it has", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/troubleshooting.md", import.meta.url));
  const anchors = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(" ", "-"));
  const rules = ruleOf({ serve: { events: true } }).spec.groups.flatMap(({ rules }) => rules);
  for (const { alert, expr, labels, annotations } of rules) {
    assert(["critical", "warning"].includes(labels["severity"]!), alert);
    assertEquals([labels["namespace"], labels["operator"]], ["shop", "foo"]);
    const { summary, description, runbook_url } = annotations;
    const [, anchor] = /^docs\/troubleshooting\.md#(.*)$/.exec(runbook_url!)!;
    assert(anchors.includes(anchor!), `${alert}: ${anchor}`);
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].map(([, names]) => names!.split(", "));
    for (const [, label] of `${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)) {
      assert(grouped.length > 0 && grouped.every((names) => names.includes(label!)), `${alert}: ${label}`);
    }
  }
});

Deno.test("the links go where the docs are said to be", () => {
  const operator = resolveOperator({ controllers: [controllerOf()] });
  const { metadata, spec } = alertsOf(operator, {
    namespace: "shop",
    labels: { release: "monitoring" },
    docs: "https://docs.example/operator/",
  });
  assertEquals(metadata, { name: "foo", namespace: "shop", labels: { release: "monitoring" } });
  assertEquals(
    spec.groups[0]!.rules[0]!.annotations["runbook_url"],
    "https://docs.example/operator/troubleshooting.md#it-does-not-start",
  );
});

Deno.test("who is away for longer because of long steps is not said to be stuck: the window follows stepTimeout", () => {
  const windowOf = (options: PlayedOptions) => {
    const rules = ruleOf(options).spec.groups[0]!.rules;
    return /\[(\w+)\]/.exec(rules.find(({ alert }) => alert === "OperatorStuck")!.expr)![1];
  };
  assertEquals(windowOf({}), "5m");
  assertEquals(windowOf({ stepTimeout: "10m" }), "50m");
});

testFired("promtool takes the rules for right", async () => {
  assertEquals((await checkRules(ruleOf().spec)).code, 0);
});

testFired(
  "an operator that works raises no alert in five hours, nor does its beginning with many objects",
  async () => {
    const options: PlayedOptions = { objects: 300, requeueEvery: "5m" };
    await using operator = await PlayedOperator.start(options);
    await operator.minutes(5 * HOUR, async (minute) => {
      const text = `changed ${minute}`;
      await operator.cluster.patch(Foo, "foo-0", { merge: { spec: { text } } });
    });
    await assertFired(operator.scrapes, [], options);
  },
);

testFired("no alert fires while the control plane restarts, which fails every request for two minutes", async () => {
  await using operator = await PlayedOperator.start({ requeueEvery: "30s" });
  let isDown = false;
  operator.fault = () => {
    if (isDown) throw unreachable();
  };
  await operator.minutes(2 * HOUR, (minute) => {
    isDown = minute % 50 === 30 || minute % 50 === 31;
    if (isDown) operator.cluster.watches.cut(undefined, unreachable());
  });
  await assertFired(operator.scrapes, []);
});

testFired("no alert fires when a pod is replaced by another one, with a scrape or two missed", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20);
  await operator.end();
  await operator.minutes(2);
  await operator.restart();
  await operator.minutes(40);
  await assertFired(operator.scrapes, []);
});

testFired("an operator that does not answer, or is not there, is said to be down", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20);
  await operator.end();
  await operator.minutes(7);
  await assertFired(operator.scrapes, ["OperatorDown"]);
  const gone = Array.from({ length: 12 }, () => "gone" as const);
  await assertFired(gone, ["OperatorDown"]);
});

testFired("an operator that is killed every ten minutes is said to be restarting", async () => {
  await using operator = await PlayedOperator.start();
  for (let times = 0; times < 4; times++) {
    await operator.minutes(10);
    await operator.restart();
  }
  await operator.minutes(5);
  await assertFired(operator.scrapes, ["OperatorRestarting"]);
});

testFired("an operator that lives for a scrape at a time is said to be restarting", async () => {
  await using operator = await PlayedOperator.start();
  for (let times = 0; times < 4; times++) {
    await operator.minutes(1);
    await operator.end();
    await operator.minutes(3);
    await operator.restart();
  }
  await assertFired(operator.scrapes, ["OperatorRestarting"]);
});

testFired("one object that fails for an hour is told of, and not before", async () => {
  const options = { objects: 100, steps: failingFor(1), requeueEvery: "5m" } as const;
  await using operator = await PlayedOperator.start(options);
  await operator.minutes(HOUR);
  await assertFired(operator.scrapes, [], options);
  await operator.minutes(HOUR);
  await assertFired(operator.scrapes, ["OperatorRunsFailing"], options);
});

testFired("when most Runs fail, it is told within half an hour", async () => {
  const options = { objects: 100, steps: failingFor(90), requeueEvery: "5m" } as const;
  await using operator = await PlayedOperator.start(options);
  await operator.minutes(30);
  await assertFired(operator.scrapes, ["OperatorMostRunsFail"], options);
});

testFired("a best-effort write that keeps failing is told of, though no Run fails", async () => {
  const noted = defineSteps(Foo).change(
    "note",
    ({ object }) => perform("order", () => undefined).withStatus(() => ({ observed: object.metadata.generation! })),
  );
  const options = { steps: noted, requeueEvery: "5m" } as const;
  await using operator = await PlayedOperator.start(options);
  operator.fault = ({ subresource }) => {
    if (subresource === "status") throw refusal(422, "Invalid", "not this");
  };
  await operator.minutes(HOUR);
  await assertFired(operator.scrapes, ["OperatorBestEffortFailing"], options);
});

testFired("actions that never end are told of before the liveness probe restarts the pod", async () => {
  const held = Promise.withResolvers<void>();
  const stuck = defineSteps(Foo).change("order", () => perform("wait", () => held.promise));
  const options = { steps: stuck, concurrency: 2, objects: 5 };
  const operator = await PlayedOperator.start(options);
  await operator.minutes(10);
  await assertFired(operator.scrapes, ["OperatorStuck"], options);
  held.resolve();
  await operator[Symbol.asyncDispose]();
});

testFired("a queue that does not drain is told of, and that all workers are busy", async () => {
  const options = { objects: 400, concurrency: 2 };
  const operator = await PlayedOperator.start({
    ...options,
    steps: defineSteps(Foo).change(
      "order",
      () => perform("order slowly", (signal) => sleep(operator.clock, 30_000, signal)),
    ),
  });
  await operator.minutes(HOUR);
  await assertFired(operator.scrapes, ["OperatorQueueWaits", "OperatorWorkersBusy"], options);
  await operator[Symbol.asyncDispose]();
});

testFired("a missing right to write is told of", async () => {
  const forbidden = ({ verb, resource }: { verb: string; resource: string }) => {
    if (verb === "create" && resource === "configmaps") throw refusal(403, "Forbidden", "configmaps is forbidden");
  };
  await using operator = await PlayedOperator.start({ objects: 1 }, forbidden);
  await operator.minutes(40);
  await assertFired(operator.scrapes, ["OperatorRefused"]);
});

testFired("a missing right to watch is told of, also when it was missing from the start", async () => {
  const forbidden = ({ verb, resource }: { verb: string; resource: string }) => {
    if (verb !== "create" && resource === "configmaps") throw refusal(403, "Forbidden", "configmaps is forbidden");
  };
  await using operator = await PlayedOperator.start({}, forbidden);
  await operator.minutes(40);
  await assertFired(operator.scrapes, ["OperatorRefused", "OperatorWatchDown", "OperatorWatchRestarting"]);
});

testFired("an API server that nobody reaches is told of, by watches and requests", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20);
  operator.fault = () => {
    throw unreachable();
  };
  operator.cluster.watches.cut(undefined, unreachable());
  await operator.minutes(60);
  await assertFired(operator.scrapes, ["OperatorApiErrors", "OperatorWatchDown", "OperatorWatchRestarting"]);
});

testFired("a watch that something cuts every two minutes is told of", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(90, (minute) => {
    if (minute % 2 === 0) operator.cluster.watches.cut(undefined, unreachable());
  });
  await assertFired(operator.scrapes, ["OperatorWatchRestarting"]);
});

testFired("a restore of etcd is told of", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20, async () => {
    await operator.cluster.patch(Foo, "foo-0", { merge: { metadata: { labels: { a: crypto.randomUUID() } } } });
  });
  await operator.restore();
  await operator.minutes(3);
  await assertFired(operator.scrapes, ["OperatorClusterRestored"]);
});

testFired("an API server that puts off one request in ten is told of", async () => {
  const options = { requeueEvery: "10s" } as const;
  await using operator = await PlayedOperator.start({
    ...options,
    steps: defineSteps(Foo).observe("ask", async ({ kube, object }) => {
      await kube.get(ConfigMap, object.metadata.name, { live: true });
    }),
  });
  let asked = 0;
  operator.fault = ({ verb }) => {
    if (verb === "get" && asked++ % 10 === 0) throw refusal(429, "TooManyRequests", "later");
  };
  await operator.minutes(HOUR);
  await assertFired(operator.scrapes, ["OperatorThrottled"], options);
});

testFired("an API server that fails one write in three is told of", async () => {
  await using operator = await PlayedOperator.start({ requeueEvery: "10s" });
  let asked = 0;
  operator.fault = (request) => {
    if (isWrite(request) && asked++ % 3 === 0) throw refusal(500, "InternalError", "a webhook failed");
  };
  await operator.minutes(HOUR, async (minute) => {
    await operator.cluster.patch(Foo, "foo-0", { merge: { spec: { text: `changed ${minute}` } } });
  });
  await assertFired(operator.scrapes, ["OperatorApiErrors"]);
});

testFired("one mistake outside of Runs is told of", async () => {
  let isBroken = false;
  const predicate = () => {
    if (isBroken) throw new Error("a mistake");
    return true;
  };
  await using operator = await PlayedOperator.start({ predicate });
  await operator.minutes(20);
  isBroken = true;
  await operator.cluster.patch(Foo, "foo-0", { merge: { spec: { text: "another" } } });
  await operator.minutes(1);
  isBroken = false;
  await operator.minutes(20);
  await assertFired(operator.scrapes, ["OperatorErrorsOutsideRuns"]);
});

testFired("lost Events are told of, and are no error of the Runs", async () => {
  const options = { serve: { events: true } };
  await using operator = await PlayedOperator.start(options);
  operator.fault = ({ group }) => {
    if (group === "events.k8s.io") throw refusal(500, "InternalError", "no");
  };
  await operator.minutes(30, async (minute) => {
    await operator.cluster.patch(Foo, "foo-0", { merge: { spec: { text: `changed ${minute}` } } });
  });
  await assertFired(operator.scrapes, ["OperatorEventsLost"], options);
});

testFired("a missing right to write Events is told of, though it is tried once an hour", async () => {
  const options = { serve: { events: true } };
  await using operator = await PlayedOperator.start(options, ({ group }) => {
    if (group === "events.k8s.io") throw refusal(403, "Forbidden", "events is forbidden");
  });
  await operator.minutes(90, async (minute) => {
    await operator.cluster.patch(Foo, "foo-0", { merge: { spec: { text: `changed ${minute}` } } });
  });
  await assertFired(operator.scrapes, ["OperatorEventsLost"], options);
});

testFired("what an alert says is complete: what it is about, how much, and what to do", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20);
  operator.fault = ({ verb, resource }) => {
    if (verb !== "create" && resource === "configmaps") throw unreachable();
  };
  operator.cluster.watches.cut(undefined, unreachable());
  await operator.minutes(10);
  const { spec } = ruleOf();
  const { annotations: { runbook_url } } = spec.groups[0]!.rules.find(({ alert }) => alert === "OperatorWatchDown")!;
  const expected = {
    eval_time: "29m",
    alertname: "OperatorWatchDown",
    exp_alerts: [{
      exp_labels: { severity: "critical", namespace: "shop", operator: "foo", resource: "configmaps" },
      exp_annotations: {
        runbook_url,
        summary: "The operator does not see what happens to configmaps",
        description: "The watch of configmaps has had no connection for 10m 0s. The log says why, once a minute: " +
          "a refusal (grant list and watch), a kind that is not installed, an API server that cannot be reached. " +
          "It begins again by itself.",
      },
    }],
  };
  const { code, said } = await testRules(spec, storedSeries(operator.scrapes), { alerts: [expected] });
  assertEquals(code, 0, said);
});

testFired("an operator found by a ServiceMonitor, whose job is its bare name, is watched over as well", async () => {
  await using operator = await PlayedOperator.start();
  await operator.minutes(20);
  await assertFiredOf(storedSeries(operator.scrapes, { job: "foo" }), "20m", []);
  await operator.end();
  await operator.minutes(7);
  await assertFiredOf(storedSeries(operator.scrapes, { job: "foo" }), "27m", ["OperatorDown"]);
});

testFired(
  "the same operator in another namespace, or one with a longer name, neither raises an alert nor quiets one",
  async () => {
    const options = { objects: 100, steps: failingFor(90), requeueEvery: "5m" } as const;
    await using failing = await PlayedOperator.start(options);
    await failing.minutes(90);
    await using working = await PlayedOperator.start();
    await working.minutes(90);
    for (
      const other of [{ namespace: "elsewhere", job: "elsewhere/foo" }, { job: "shop/foo-two" }, { job: "two-foo" }]
    ) {
      const others = storedSeries(failing.scrapes, other);
      await assertFiredOf([...storedSeries(working.scrapes), ...others], "90m", [], options);
      await assertFiredOf(others, "90m", ["OperatorDown"], options);
    }
  },
);

testFired("while a pod is replaced, with two for a minute, no alert fires", async () => {
  await using before = await PlayedOperator.start();
  await before.minutes(30);
  await using after = await PlayedOperator.start();
  await after.minutes(30);
  const ending = storedSeries([...before.scrapes, "gone"]);
  const beginning = storedSeries([...Array.from({ length: 29 }, () => "gone" as const), ...after.scrapes], {
    pod: "foo-5d4f9-q1w2e",
    instance: "10.0.0.8:8080",
  });
  await assertFiredOf([...ending, ...beginning], "59m", []);
});
