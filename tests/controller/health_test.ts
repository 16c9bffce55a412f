import { assertEquals } from "@std/assert";
import { livenessOf, readinessOf, type WatchHealth } from "../../lib/controller/reporting/health.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";

const MINUTE = 60_000;

function watch(synced: boolean, troubledFor?: number, namespace?: string): WatchHealth {
  return {
    kind: ConfigMap,
    namespace,
    cache: { synced },
    staleness: { resourceVersion: "1", silentFor: 0, troubledFor },
  };
}

const problems = (checks: ReturnType<typeof readinessOf>) => checks.map(({ problem }) => problem);

Deno.test("a process is ready when everything has been listed", () => {
  assertEquals(problems(readinessOf([watch(true), watch(false)], false)), [undefined, undefined, "not listed yet"]);
  assertEquals(problems(readinessOf([watch(true)], false)), [undefined, undefined]);
});

Deno.test("a watch that is in trouble for a moment leaves it ready, one that is for long does not", () => {
  assertEquals(problems(readinessOf([watch(true, 1.5 * MINUTE)], false)), [undefined, undefined]);
  assertEquals(problems(readinessOf([watch(true, 2 * MINUTE)], false)), [
    undefined,
    "without a connection for 2m",
  ]);
});

Deno.test("from the begin of a shutdown on it is not ready", () => {
  assertEquals(problems(readinessOf([], true)), ["shutting down"]);
});

Deno.test("a watch of one namespace is named with it", () => {
  assertEquals(readinessOf([watch(true, undefined, "here")], false)[1]?.name, "watch of ConfigMap in namespace here");
});

Deno.test("a process is live while Runs begin, or nothing waits for one", () => {
  const live = (stalledFor: number | undefined, stepTimeout = MINUTE) =>
    problems(livenessOf([{ name: "foo", stalledFor, stepTimeout }], undefined))[1];
  assertEquals(live(undefined), undefined);
  assertEquals(live(10 * MINUTE), undefined);
  assertEquals(live(11 * MINUTE), "objects wait, and no Run has begun for 11m");
  assertEquals(live(11 * MINUTE, 5 * MINUTE), undefined);
  assertEquals(live(51 * MINUTE, 5 * MINUTE), "objects wait, and no Run has begun for 51m");
});

Deno.test("a process that cannot go on is not live, and says why", () => {
  assertEquals(problems(livenessOf([], "the permission is gone")), ["the permission is gone"]);
});
