import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ApiError, ConnectionError, type KubeRequest, send } from "../../lib/kube/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import {
  broken,
  failure,
  fetchError,
  Foo,
  listOf,
  noRandom,
  refused,
  scriptedClient,
  scriptedTransport,
  storedFoo,
} from "./fakes.ts";

const READ: KubeRequest = { verb: "get", kind: Foo, namespace: "default", name: "a" };
const WRITE: KubeRequest = { verb: "create", kind: Foo, namespace: "default", body: { kind: "Foo" } };
const OK = storedFoo();

Deno.test("a request is made of the kind, the verb and the place", async () => {
  const { transport, seen } = scriptedTransport(listOf(Foo), OK, OK);
  await send(transport, { verb: "list", kind: Foo, query: { limit: "5", continue: undefined } });
  await send(transport, WRITE);
  const contentType = "application/merge-patch+json";
  await send(transport, { ...READ, verb: "patch", subresource: "status", body: [], contentType });
  assertEquals(seen, [
    { call: "GET /apis/example.dev/v1/foos?limit=5" },
    {
      call: "POST /apis/example.dev/v1/namespaces/default/foos",
      body: { kind: "Foo" },
      contentType: "application/json",
    },
    { call: "PATCH /apis/example.dev/v1/namespaces/default/foos/a/status", body: [], contentType },
  ]);
});

Deno.test("a refusal is thrown with the requested operation", async () => {
  const { transport } = scriptedTransport(
    failure(403, "Forbidden", "not you", { name: "a" }),
    failure(403, "Forbidden"),
  );
  const error = await assertRejects(() => send(transport, READ), ApiError);
  assertEquals(error.message, "Cannot get Foo default/a as the API server answered 403 Forbidden: not you");
  await assertRejects(
    () => send(transport, { ...WRITE, describe: () => "apply Foo default/a" }),
    ApiError,
    "Cannot apply Foo",
  );
});

Deno.test("a kind that the API server does not know is reported as missing, whatever is requested", async () => {
  const { transport } = scriptedTransport(
    "404 page not found\n",
    failure(404, "NotFound", "could not find the resource"),
  );
  for (const request of [READ, WRITE]) {
    await assertRejects(
      () => send(transport, request),
      ApiError,
      "it does not know foos of example.dev/v1: check that the CRD",
    );
  }
});

Deno.test("a write is sent again if the API server said that it was not carried out", async () => {
  const busy = failure(429, "TooManyRequests", "", { retryAfterSeconds: 1 });
  const away = failure(503, "ServiceUnavailable", "", { retryAfterSeconds: 2 });
  const { transport, clock, seen } = scriptedTransport(busy, away, refused(), OK);
  assertEquals(await send(transport, WRITE), OK);
  assertEquals([seen.length, clock.waits], [4, [1_000, 2_000, 400]]);
});

Deno.test("a write that may have been carried out is sent once", async () => {
  for (
    const answer of [
      broken(),
      failure(500, "InternalError"),
      failure(504, "Timeout"),
      failure(503, "ServiceUnavailable"),
    ]
  ) {
    const { transport, seen } = scriptedTransport(answer, OK);
    await assertRejects(() => send(transport, WRITE));
    assertEquals(seen.length, 1);
  }
  const { transport } = scriptedTransport(broken());
  const error = await assertRejects(() => send(transport, WRITE), ConnectionError);
  assertEquals(error.sent, "unknown");
});

Deno.test("a read is sent again whatever broke", async () => {
  for (
    const answer of [broken(), failure(500, "InternalError"), failure(503, "ServiceUnavailable"), "no healthy upstream"]
  ) {
    const { transport, seen } = scriptedTransport(answer, OK);
    assertEquals([await send(transport, READ), seen.length], [OK, 2]);
  }
});

Deno.test("an error that will not pass by itself is not retried", async () => {
  const tooLarge = failure(504, "Timeout", "", {
    causes: [{ reason: "ResourceVersionTooLarge" }],
    retryAfterSeconds: 1,
  });
  const untrusted = fetchError(
    "error sending request: client error (Connect): invalid peer certificate: UnknownIssuer",
  );
  for (
    const answer of [failure(404, "NotFound", "", { name: "a" }), failure(401, "Unauthorized"), tooLarge, untrusted]
  ) {
    const { transport, seen } = scriptedTransport(answer, OK);
    await assertRejects(() => send(transport, READ));
    assertEquals(seen.length, 1);
  }
});

Deno.test("a request is sent five times at most", async () => {
  const { transport, seen, clock } = scriptedTransport(...Array.from({ length: 9 }, refused));
  await assertRejects(() => send(transport, READ), ConnectionError, "Connection refused");
  assertEquals([seen.length, clock.waits], [5, [100, 200, 400, 800]]);
});

Deno.test("nobody waits longer than fifteen seconds in all", async () => {
  const busy = failure(429, "TooManyRequests", "", { retryAfterSeconds: 7 });
  const { transport, seen, clock } = scriptedTransport(busy, busy, busy, OK);
  const error = await assertRejects(() => send(transport, WRITE), ApiError);
  assertEquals([seen.length, clock.waits, error.retryAfter], [3, [7_000, 7_000], 7_000]);
});

Deno.test("the waits are spread at random", async () => {
  const { transport, clock } = scriptedTransport(refused(), OK);
  await send({ ...transport, random: { next: () => 0.999 } }, READ);
  assertAlmostEquals(clock.waits[0]!, 200, 1);
});

Deno.test("an abort ends a wait at once, with the signal's reason", async () => {
  const { client, seen } = scriptedClient([refused(), OK]);
  const clock = new VirtualClock();
  const controller = new AbortController();
  const request = send({ client, clock, random: noRandom }, { ...READ, signal: controller.signal });
  const rejection = assertRejects(() => request, RangeError, "enough");
  await clock.advance(1);
  controller.abort(new RangeError("enough"));
  await rejection;
  assertEquals(seen.length, 1);
});

Deno.test("nothing is sent once the signal is aborted", async () => {
  const { transport, seen, records } = scriptedTransport(OK);
  const signal = AbortSignal.abort(new RangeError("over"));
  await assertRejects(() => send(transport, { ...READ, signal }), RangeError, "over");
  assertEquals([seen.length, records.length], [0, 0]);
});

Deno.test("each attempt is reported", async () => {
  const { transport, records } = scriptedTransport(failure(500, "InternalError"), broken(), OK);
  await send(transport, READ);
  const common = {
    verb: "get",
    group: "example.dev",
    resource: "foos",
    subresource: undefined,
    namespace: "default",
    name: "a",
    durationMs: 0,
  } as const;
  assertEquals(records, [
    { ...common, code: 500, error: "ApiError", attempt: 1 },
    { ...common, code: undefined, error: "ConnectionError", attempt: 2 },
    { ...common, code: 200, error: undefined, attempt: 3 },
  ]);
});
