import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiError, defineSteps, installCrd, patch, runSteps, type Steps } from "../../mod.ts";
import { listWatch, ObjectCache } from "../../lib/doors/watch.ts";
import { deploymentStandIn, EmbeddedCluster, StatusError, VirtualClock } from "../../lib/testing/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { EDGES, ODD_NUMBERS } from "../odd_numbers.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;
const ALL = [...ODD_NUMBERS, ...EDGES.map((edge) => [Object.is(edge, -0) ? "-0" : String(edge), edge] as const)];

/** Where one object's Run may meet a number, and how often at most it may be run in ten minutes with any of them. */
const PLACES: Readonly<Record<string, (value: unknown, harness: Harness) => Steps<Foo>>> = {
  "a field of an error that a step throws": (retryAfter) =>
    doing(() => {
      throw Object.assign(new Error("429 of another API"), { retryAfter });
    }),
  "a field of an error deep in others": (retryAfter) =>
    doing(() => {
      const cause = Object.assign(new Error("429 of another API"), { retryAfter });
      throw new AggregateError([new Error("x", { cause }), cause]);
    }),
  "an ApiError that a step makes": (retryAfterSeconds) =>
    doing(() => {
      throw new ApiError({ code: 429, details: { retryAfterSeconds: retryAfterSeconds as number } });
    }),
  "the Status with which the API server refuses": (retryAfterSeconds, harness) => {
    harness.cluster.intercept(({ user, verb }) => {
      if (user !== "operator" || verb !== "patch") return;
      throw new StatusError(503, "ServiceUnavailable", "busy", { retryAfterSeconds: retryAfterSeconds as number });
    });
    return defineSteps(Foo).change(
      "write",
      ({ object }) => object.metadata.name === "bad" ? patch(Foo, object, { merge: { spec: { size: 1 } } }) : undefined,
    )
      .observe("wait", ({ stop }) => stop({ requeueAfter: "10s" }));
  },
};

/** A plan that does something for the object "bad", and has the others wait for ten seconds. */
function doing(act: () => void): Steps<Foo> {
  return defineSteps(Foo).observe("act", ({ object, stop }) => {
    if (object.metadata.name === "bad") act();
    return stop({ requeueAfter: "10s" });
  });
}

for (const [place, planOf] of Object.entries(PLACES)) {
  for (const [name, value] of ALL) {
    Deno.test(`${name} in ${place}: no loop, no silence, nothing to others`, async () => {
      await using harness = await Harness.start();
      await harness.serve({ resource: Foo, steps: planOf(value, harness) });
      await harness.createFoo("bad");
      await harness.createFoo("good");
      await harness.clock.advance(10 * MINUTE);
      const bad = harness.outcomes("default/bad").length;
      assert(bad >= 2 && bad <= 60, `${bad} Runs in ten minutes`);
      assertEquals(harness.outcomes("default/good").length, 61);
      // The server's own word holds for five minutes at most, any other wait for two.
      const asleep = Math.max(...harness.reports.map(({ nextIn }) => nextIn ?? Infinity));
      assert(asleep <= 5 * MINUTE, `${asleep} ms`);
      if (!place.includes("API server") && !place.includes("ApiError")) assert(asleep <= 2 * MINUTE, `${asleep} ms`);
    });
  }
}

for (const [name, value] of ALL) {
  Deno.test(`${name} as requeueAfter: no loop, no silence, nothing to others`, async () => {
    const steps = defineSteps(Foo).observe(
      "wait",
      ({ object, stop }) => stop({ requeueAfter: object.metadata.name === "bad" ? value as number : "10s" }),
    );
    await using harness = await Harness.serving(steps);
    await harness.createFoo("bad");
    await harness.createFoo("good");
    await harness.clock.advance(MINUTE);
    const isBelieved = EDGES.includes(value as number);
    const [first] = harness.outcomes("default/bad");
    if (isBelieved) assertEquals(first, "Stopped: undefined");
    else assert(first?.includes("Cannot use requeueAfter as it must be"), first);
    const bad = harness.outcomes("default/bad").length;
    assert(bad <= 60_000 / 50 + 1, `${bad} Runs in a minute`);
    if (!isBelieved) assert(bad >= 2 && bad <= 40, `${bad} Runs in a minute`);
    assertEquals(harness.outcomes("default/good").length, 7);
  });
}

for (const [name, value] of ODD_NUMBERS) {
  Deno.test(`${name} as an option of a controller is refused, by the option's name`, async () => {
    await using harness = await Harness.start();
    const steps = defineSteps(Foo);
    const odd = value as never;
    const options = {
      requeueEvery: { requeueEvery: odd },
      stepTimeout: { stepTimeout: odd },
      "backoff.base": { backoff: { base: odd } },
      "backoff.cap": { backoff: { cap: odd } },
      concurrency: { concurrency: odd },
      shutdownTimeout: { shutdownTimeout: odd },
      "http.port": { http: { port: odd } },
    };
    for (const [option, given] of Object.entries(options)) {
      // A missing one has its default.
      const error = await assertRejects(() => harness.serveUnready({ resource: Foo, steps, ...given }), TypeError);
      assert(error.message.includes(option), error.message);
    }
  });

  Deno.test(`${name} as an option of a watch, an installation or a Run by hand is refused, by the option's name`, async () => {
    const odd = value as never;
    const [clock, client] = [new VirtualClock(), new EmbeddedCluster()];
    const base = { client, kind: ConfigMap, clock, random: { next: () => 0.5 }, signal: AbortSignal.abort() };
    const watches = {
      timeoutSeconds: { timeoutSeconds: [odd, 10] },
      "timeoutSeconds ": { timeoutSeconds: [1, odd] },
      idleTimeout: { idleTimeout: odd },
      listTimeout: { listTimeout: odd },
      pageSize: { pageSize: odd },
      "backoff.base": { backoff: { base: odd } },
      "backoff.cap": { backoff: { cap: odd } },
      "backoff.quiet": { backoff: { quiet: odd } },
    } as const;
    for (const [option, given] of Object.entries(watches)) {
      const error = assertThrows(() => listWatch({ ...base, ...given } as never), RangeError);
      assert(error.message.includes(option.trim()), `${option}: ${error.message}`);
    }
    await assertRejects(() => installCrd(client, Foo, { timeout: odd }), RangeError, "timeout");
    const run = { steps: defineSteps(Foo), client, object: {} as Foo, stepTimeout: odd };
    await assertRejects(() => runSteps(run), RangeError, "stepTimeout");
    assertThrows(() => deploymentStandIn(client, { readyAfter: odd }), RangeError, "readyAfter");
    client.close();
  });
}

Deno.test("numbers of a cluster in memory and of a cache that make no sense are refused", () => {
  for (const odd of [NaN, -1, "soon" as never, Object.create(null)]) {
    assertThrows(() => new EmbeddedCluster({ bookmarkInterval: odd }), RangeError, "bookmarkInterval");
    assertThrows(() => new EmbeddedCluster({ historySize: odd }), RangeError, "historySize");
    assertThrows(() => new EmbeddedCluster({ controllerDelay: odd }), RangeError, "controllerDelay");
    assertThrows(() => new ObjectCache({ parsed: odd }), RangeError, "parsed");
  }
});

for (const next of [NaN, Infinity, -1, 2, "soon" as never, undefined as never]) {
  Deno.test(`a source of chance that gives ${next}: no loop, no silence`, async () => {
    await using harness = await Harness.start();
    const steps = doing(() => {
      throw new Error("bad spec");
    });
    await harness.serve({ resource: Foo, steps, random: { next: () => next } });
    await harness.createFoo("bad");
    await harness.createFoo("good");
    await harness.clock.advance(10 * MINUTE);
    const bad = harness.outcomes("default/bad").length;
    assert(bad >= 10 && bad <= 60, `${bad} Runs in ten minutes`);
    assertEquals(harness.outcomes("default/good").length, 61);
  });
}

const YEAR = 365 * 24 * 60 * MINUTE;

for (const jump of [YEAR, -YEAR, -MINUTE, 1e15, -1e15, 1e300, NaN]) {
  Deno.test(`clocks that jump by ${jump}, also one that must not: no loop, no silence`, async () => {
    await using harness = await Harness.start();
    const { clock } = harness;
    let ahead = 0;
    await harness.serve({
      resource: Foo,
      // A wall clock where the other one should be is an easy mistake.
      clock: {
        now: () => clock.now() + ahead,
        monotonic: () => clock.now() + ahead,
        timer: (delay, fire) => clock.timer(delay, fire),
      },
      steps: defineSteps(Foo).observe("say the time", ({ runStart, object, stop }) => {
        runStart.toISOString();
        if (object.metadata.name === "bad") throw new Error("bad spec");
        return stop({ requeueAfter: "10s" });
      }),
      events: true,
    });
    await harness.createFoo("bad");
    await harness.createFoo("good");
    await clock.advance(10 * MINUTE);
    ahead = jump;
    harness.forget();
    await clock.advance(10 * MINUTE);
    const [good, bad] = [harness.outcomes("default/good"), harness.outcomes("default/bad")];
    assert(good.length >= 58 && good.length <= 63, `${good.length} Runs in ten minutes`);
    assert(bad.length >= 4 && bad.length <= 60, `${bad.length} Runs in ten minutes`);
    assert(good.every((outcome) => outcome === "Stopped: undefined"), `${good[0]}`);
  });
}

Deno.test("a Run by hand over what is no object is refused", async () => {
  using client = new EmbeddedCluster();
  const run = { steps: defineSteps(Foo), client, object: { metadata: {} } as Foo };
  await assertRejects(() => runSteps(run), TypeError, "as object must be one that was read: it has no metadata.name");
});
