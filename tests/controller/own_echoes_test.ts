/** A watch often reports a write before its answer comes. That is no reason to run the writing object again soon. */

import { assert, assertEquals } from "@std/assert";
import { create, defineSteps, patch, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { objectPath } from "../../lib/kube/mod.ts";
import { OwnEchoes } from "../../lib/controller/waking/own_echoes.ts";
import type { KubeObject } from "../../lib/model/mod.ts";
import { MODIFIED_IN_A_ROW } from "../../lib/run/mod.ts";
import { sleep } from "../../lib/time/mod.ts";
import type { CacheChange } from "../../lib/watch/mod.ts";
import { isWrite } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;

/** Answers come when the watches have long shown what was written. */
function watchesComeFirst({ cluster, clock }: Harness): Disposable {
  return cluster.intercept({
    after: async (request) => {
      if (request.user === "operator" && isWrite(request)) await sleep(clock, 5);
    },
  });
}

/** A plan that never comes to rest. */
const restless: Record<string, Steps<Foo>> = {
  "its own spec": defineSteps(Foo)
    .change("turn", ({ object: foo }) => patch(Foo, foo, { merge: { spec: { size: (foo.spec.size ?? 0) + 1 } } })),
  "a dependent": defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("turn", ({ object: { status } }, found) => {
      const turn = (status?.observed ?? 0) + 1;
      const data = { turn: String(turn) };
      const change = found
        ? patch(ConfigMap, found, { merge: { data } })
        : create(ConfigMap, { metadata: { name: "a" }, data });
      return change.withStatus(() => ({ observed: turn }));
    }),
};

for (const [what, steps] of Object.entries(restless)) {
  for (const first of ["answer", "event"]) {
    Deno.test(`what writes ${what} without end is slowed down to once a second, its echo or not: the ${first} comes first`, async () => {
      await using harness = await Harness.serving(steps, { predicate: () => true, writes: [Foo] });
      using _order = first === "event" ? watchesComeFirst(harness) : undefined;
      await harness.createFoo("a", { text: "x" });
      await harness.clock.advance(MINUTE);
      const runs = harness.reports.length - MODIFIED_IN_A_ROW;
      assert(runs >= 57 && runs <= 60, `${runs} Runs in a minute`);
    });
  }
}

Deno.test("an edit that comes while the Run writes, and the watch shows before the answer, is not taken for its echo", async () => {
  let turn = 0;
  const steps = defineSteps(Foo).change("turn", ({ object: foo }) => {
    if (foo.spec.text === "good") return;
    return patch(Foo, foo, { merge: { metadata: { annotations: { turn: `${++turn}` } } } });
  });
  await using harness = await Harness.serving(steps, { predicate: () => true, writes: [Foo] });
  await harness.createFoo("a", { text: "bad" });
  await harness.clock.advance(2 * MINUTE);
  harness.forget();
  let edited = false;
  using _edit = harness.cluster.intercept({
    after: async (request) => {
      if (edited || request.user !== "operator" || !isWrite(request)) return;
      edited = true;
      const path = objectPath(Foo, { namespace: "default", name: "a" });
      const bodyJson = { spec: { text: "good" } };
      await harness.cluster.performRequest({
        method: "PATCH",
        path,
        bodyJson,
        contentType: "application/merge-patch+json",
      });
      await sleep(harness.clock, 5);
    },
  });
  await harness.clock.advanceUntil(() => harness.reports.length > 0, { within: MINUTE });
  await harness.clock.settle();
  assertEquals(harness.outcomes(), ["patch Foo default/a", "NoOp"]);
});

const foo = (uid: string, resourceVersion: string): KubeObject => ({
  apiVersion: "example.dev/v1",
  kind: "Foo",
  metadata: { name: "a", uid, resourceVersion, creationTimestamp: "" },
});

const told = (after?: KubeObject, before?: KubeObject, source: CacheChange["source"] = "event"): CacheChange => ({
  ...{ key: "a", before, after, source },
});

Deno.test("of the changes during a Run, those that its answers explain are dropped, and the greatest urgency of the rest counts", () => {
  const echoes = new OwnEchoes((key) => key === "a");
  const answer = (object: KubeObject) => echoes.answered("a", { type: "stored", kind: Foo, object }, () => {});
  const news = () => {
    assertEquals(echoes.weigh("a", told(foo("1", "5")), "release"), undefined);
    assertEquals(echoes.weigh("a", told(foo("2", "6"), undefined, "relist"), "soon"), undefined);
    assertEquals(echoes.weigh("a", told(undefined, foo("3", "4")), "soon"), undefined);
  };
  news();
  assertEquals([echoes.ended("a"), echoes.ended("a")], ["release", undefined]);
  news();
  answer(foo("1", "5"));
  assertEquals(echoes.ended("a"), "soon");
  news();
  answer(foo("1", "5"));
  answer(foo("2", "6"));
  echoes.answered("a", { type: "gone", kind: Foo, ref: { name: "x" }, uid: "3" }, () => {});
  assertEquals([echoes.ended("a"), echoes.size], [undefined, 0]);
  news();
  answer(foo("1", "6"));
  answer(foo("3", "4"));
  answer(foo("2", "5"));
  echoes.answered("a", { type: "uncertain", kind: Foo, ref: { name: "a" }, mayArrive: true }, () => {});
  assertEquals(echoes.ended("a"), "release");
});

Deno.test("a write is an echo only for the key whose Run wrote it", () => {
  const echoes = new OwnEchoes(() => false);
  const change = told(foo("1", "5"), undefined, "write");
  const weigh = () => [echoes.weigh("a", change, "soon"), echoes.weigh("b", change, "soon")];
  assertEquals(weigh(), ["soon", "soon"]);
  echoes.answered("a", { type: "stored", kind: Foo, object: foo("1", "5") }, () => {
    assertEquals(weigh(), [undefined, "soon"]);
  });
  assertEquals([...weigh(), echoes.size], ["soon", "soon", 0]);
});

Deno.test("a flood during a Run is not kept, and an object that cannot be read is no echo", () => {
  const echoes = new OwnEchoes(() => true);
  const weighed = Array.from({ length: 1_000 }, (_, at) => echoes.weigh("a", told(foo("1", `${at}`)), "soon"));
  assert(weighed.filter((one) => one === undefined).length < 100);
  assertEquals(weighed.at(-1), "soon");
  const odd = {
    key: "b",
    source: "event",
    before: undefined,
    get after(): never {
      throw new Error("odd");
    },
  } as const;
  assertEquals([echoes.weigh("b", odd, "release"), echoes.ended("b")], ["release", undefined]);
});
