/** Secret data reaches no log, no span, no metric and no error, also when the API server repeats it. */

import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { ApiError, create, defineSteps, patch } from "../../mod.ts";
import { UnexpectedAnswerError } from "../../lib/doors/errors.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { withoutSecrets } from "../../lib/kube/mod.ts";
import { Collector } from "../telemetry/collector.ts";
import { SpanKeeper } from "../telemetry/span_keeper.ts";
import { isWrite } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const PLANTED = "hunter2-hunter2";

/** All that an error says, and those that caused it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
  const { cause, message, stack, ...rest } = error;
  return [message, stack, JSON.stringify({ ...error, ...rest }), cause === undefined ? "" : wordsOf(cause)].join("\n");
}

/** What an API server throws, with values repeated, as the clients throw it. */
function repeating(code: number, reason: string, message: string): Error {
  const causes = [{ reason: "FieldValueInvalid", message: `Invalid value: "${PLANTED}"`, field: "data[pass]" }];
  const status = { kind: "Status", status: "Failure", code, reason, message, details: { name: "a", causes } };
  return Object.assign(new Error(`Kubernetes returned: ${message}`), { httpCode: code, status });
}

Deno.test("values of a Secret that the API server repeats are nowhere, whatever it refuses", async () => {
  using keeper = new SpanKeeper();
  using collector = new Collector();
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(Secret, "a"))
    .change("create", (_, found) => found ?? create(Secret, { metadata: { name: "a" }, stringData: { pass: PLANTED } }))
    .change(
      "correct",
      ({ object }, found) =>
        found.metadata.labels?.["size"] === String(object.spec.size) ? found : patch(Secret, found, {
          merge: { metadata: { labels: { size: String(object.spec.size) } }, stringData: { pass: PLANTED } },
        }).alsoTry(patch(Secret, found, { merge: { stringData: { more: PLANTED } } })),
    );
  await harness.serve({ resource: Foo, steps, owns: [Secret], events: true });
  const answers = [
    repeating(422, "Invalid", `Secret "a" is invalid: data[pass]: Invalid value: "${PLANTED}"`),
    repeating(403, "Forbidden", `admission webhook "x" denied the request: ${PLANTED} is too short`),
    repeating(
      403,
      "Forbidden",
      `secrets "a" is forbidden: ValidatingAdmissionPolicy 'x' with binding 'y' denied request: ${PLANTED} is short`,
    ),
    repeating(400, "BadRequest", `cannot unmarshal ${PLANTED}`),
    repeating(500, "InternalError", `failed calling webhook: ${PLANTED}`),
  ];
  let refusals = 0;
  harness.cluster.intercept({
    before: (request) => {
      if (request.user !== "operator" || !isWrite(request) || request.resource !== "secrets") return;
      if (refusals++ < 8 || refusals % 2 === 0) throw answers[refusals % answers.length]!;
    },
  });
  await harness.createFoo("a", { size: 1 });
  await harness.clock.advance(1_200_000);
  const failures = harness.reports.flatMap(({ result }) => result.outcome === "Failed" ? [result.error] : []);
  const bestEffort = harness.reports.flatMap(({ result }) =>
    result.outcome === "Modified" ? result.bestEffortFailures : []
  );
  assert(failures.length >= 6 && bestEffort.length >= 1, "the test has shown nothing");
  const events = JSON.stringify(
    await harness.list({ ...ConfigMap, group: "events.k8s.io", version: "v1", kind: "Event", plural: "events" }),
  );
  const places = {
    log: harness.logger.text,
    spans: keeper.text,
    metrics: await collector.text(),
    failures: failures.map(wordsOf).join(),
    bestEffort: bestEffort.map(({ error }) => wordsOf(error)).join(),
    events,
  };
  for (const [place, text] of Object.entries(places)) {
    for (const planted of [PLANTED, btoa(PLANTED)]) assertEquals(text.includes(planted), false, place);
  }
});

const SECRETS = { group: "", plural: "secrets" };

Deno.test("of a refused Secret the code, the reason and the fields are kept", () => {
  const status = {
    code: 422,
    reason: "Invalid",
    message: `no: "${PLANTED}"`,
    details: { name: "a", causes: [{ field: "data[x]", message: PLANTED }] },
  };
  const error = withoutSecrets(new ApiError(status), SECRETS);
  assertInstanceOf(error, ApiError);
  assertEquals([error.code, error.reason, error.details?.name, error.causes], [422, "Invalid", "a", [{
    field: "data[x]",
  }]]);
  assertStringIncludes(error.message, "data[x]");
  assertEquals(wordsOf(error).includes(PLANTED), false);
});

Deno.test("answers that repeat nothing keep their words: no such Secret, a conflict, no right to it", () => {
  const words = [
    { code: 404, reason: "NotFound", message: 'secrets "a" not found' },
    { code: 409, reason: "Conflict", message: "the object has been modified" },
    {
      code: 403,
      reason: "Forbidden",
      message: 'secrets "a" is forbidden: User "b" cannot get resource "secrets" in API group "" in the namespace "c"',
    },
    {
      code: 403,
      reason: "Forbidden",
      message: "secrets \"a\" is forbidden: ValidatingAdmissionPolicy 'x.shop' with binding 'x.shop' denied request: " +
        "the operator x may not change this object of secrets: of these it may only create what is controlled by a Foo",
    },
    {
      code: 403,
      reason: "Forbidden",
      message: 'secrets "a" is forbidden: cannot set an ownerRef on a resource you can\'t delete: , <nil>',
    },
  ];
  for (const status of words) {
    const error = new ApiError(status);
    assertEquals(withoutSecrets(error, SECRETS), error);
  }
});

Deno.test("errors about other kinds keep their words", () => {
  const error = new ApiError({ code: 422, reason: "Invalid", message: "spec.replicas: must not be negative" });
  assertEquals(withoutSecrets(error, { group: "apps", plural: "deployments" }), error);
});

Deno.test("an answer that is cut off is not shown: it may be half a Secret", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).observe("find", ({ kube }) => kube.get(Secret, "a"));
  const real = harness.surroundings.client!;
  const half = new TextEncoder().encode(`{"kind":"Secret","data":{"pass":"${btoa(PLANTED)}"`);
  const client = {
    performRequest: (options: { path: string }) =>
      options.path.includes("/secrets/") ? Promise.resolve(half) : real.performRequest(options as never),
  } as unknown as typeof real;
  await harness.serve({ resource: Foo, steps, reads: [Secret], client });
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  const [report] = harness.reports;
  assert(report?.result.outcome === "Failed");
  assertInstanceOf(report.result.error.cause, UnexpectedAnswerError);
  assertMatch(report.result.error.message, /not shown/);
  assertEquals(wordsOf(report.result.error).includes(btoa(PLANTED)), false);
  assertEquals(harness.logger.text.includes(btoa(PLANTED)), false);
});
