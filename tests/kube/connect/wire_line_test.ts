/** Promises about requests over the wire, as far as Kubernetes comes in: encodings, redirects, bodies, traces. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { context, trace } from "@opentelemetry/api";
import { WireLine } from "../../../lib/kube/connect/line/wire_line.ts";
import type { LineRequest } from "../../../lib/kube/connect/line/line.ts";
import { piecesOf } from "../../../lib/wire/mod.ts";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectionError } from "../../../lib/kube/answer/errors.ts";
import { type Clock, systemClock } from "../../../lib/time/mod.ts";
import { SpanKeeper } from "../../telemetry/span_keeper.ts";
import { ignore } from "./fixtures.ts";

const LARGE = "x".repeat(300_000);

/** A server that answers with what each path asks for, and keeps the headers of requests. */
function serve(): { url: string; asked: Headers[]; bodies: string[] } & AsyncDisposable {
  const asked: Headers[] = [];
  const bodies: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    asked.push(request.headers);
    bodies.push(await request.text());
    const { pathname } = new URL(request.url);
    if (pathname === "/moved") {
      return new Response("", { status: 302, headers: { location: "http://127.0.0.1:9/planted" } });
    }
    const encoding = pathname.slice(1);
    if (pathname === "/broken") return new Response("no gzip", { headers: { "content-encoding": "gzip" } });
    if (!["gzip", "deflate", "br"].includes(encoding)) return new Response(LARGE);
    const body = encoding === "br"
      ? "not brotli"
      : new Blob([LARGE]).stream().pipeThrough(new CompressionStream(encoding as CompressionFormat));
    return new Response(body, { headers: { "content-encoding": encoding } });
  });
  return {
    ...{ asked, bodies, url: `http://127.0.0.1:${server.addr.port}` },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function lineTo(url: string, clock: Clock = systemClock): WireLine & Disposable {
  const line = new WireLine(url, { authority: undefined, keyPair: undefined }, clock, () => undefined);
  return Object.assign(line, { [Symbol.dispose]: () => line.close() });
}

function get(target: string): LineRequest {
  return { method: "GET", target, headers: [], lines: undefined, body: undefined, signal: undefined, asText: false };
}

Deno.test("answers that something between has compressed unasked are read", { ignore }, async () => {
  await using server = serve();
  using line = lineTo(server.url);
  for (const encoding of ["gzip", "deflate"]) {
    assertEquals((await (await line.send(get(`/${encoding}`))).bytes()).length, LARGE.length);
    assertEquals((await new Response((await line.send(get(`/${encoding}`))).stream()).text()).length, LARGE.length);
  }
  assertEquals(server.asked.map((headers) => headers.get("accept-encoding")), [null, null, null, null]);
});

Deno.test(
  "an encoding that nobody here knows, or that is none, is a broken answer, never text",
  { ignore },
  async () => {
    await using server = serve();
    using line = lineTo(server.url);
    for (const path of ["/br", "/broken"]) {
      const whole = async () => await (await line.send(get(path))).bytes();
      const piecewise = async () => await new Response((await line.send(get(path))).stream()).text();
      for (const read of [whole, piecewise]) {
        const error = await assertRejects(read, ConnectionError);
        assertEquals(error.failure, "broken");
      }
    }
  },
);

Deno.test("over a slow link, and for a while after, answers are asked for compressed", { ignore }, async () => {
  await using server = serve();
  // Each look at the clock is a second later: 300 KB took one.
  let time = 0;
  const clock: Clock = { ...systemClock, monotonic: () => time += 1_000 };
  using line = lineTo(server.url, clock);
  for (let i = 0; i < 3; i++) await (await line.send(get("/"))).bytes();
  time += 600_000;
  await (await line.send(get("/"))).bytes();
  assertEquals(server.asked.map((headers) => headers.get("accept-encoding")), [null, "gzip", "gzip", null]);
});

Deno.test("a slow link shows in a list that is read as it comes, and not in a watch", { ignore }, async () => {
  await using server = serve();
  let time = 0;
  const clock: Clock = { ...systemClock, monotonic: () => time += 1_000 };
  const readAll = async (path: string) => {
    const pieces = piecesOf((await line.send(get(path))).stream())!;
    while (await pieces.read());
  };
  using line = lineTo(server.url, clock);
  for (let i = 0; i < 2; i++) await readAll("/?watch=true");
  await readAll("/?limit=500");
  await (await line.send(get("/"))).bytes();
  assertEquals(server.asked.map((headers) => headers.get("accept-encoding")), [null, null, null, "gzip"]);
});

Deno.test("a redirect is not followed, and its place is not told", { ignore }, async () => {
  await using server = serve();
  using line = lineTo(server.url);
  const error = await assertRejects(() => line.send(get("/moved")), ConnectionError);
  assert(error.message.includes("redirect") && !error.message.includes("planted"), error.message);
});

Deno.test("a body that is given as a stream is sent as one, with its length", { ignore }, async () => {
  await using server = serve();
  using client = await connect({ server: server.url });
  const pieces = ["{", '"a":', "1}"].map((piece) => new TextEncoder().encode(piece));
  await client.performRequest({ method: "POST", path: "/", bodyStream: ReadableStream.from(pieces) });
  assertEquals(server.bodies, ['{"a":1}']);
  assertEquals(server.asked[0]!.get("content-length"), "7");
});

Deno.test("a body that has no end is given up, and nothing of it is sent", { ignore }, async () => {
  await using server = serve();
  using client = await connect({ server: server.url });
  const piece = new Uint8Array(1024 * 1024);
  let isCancelled = false;
  const bodyStream = new ReadableStream({
    pull: (controller) => controller.enqueue(piece),
    cancel: () => void (isCancelled = true),
  });
  const write = client.performRequest({ method: "POST", path: "/", bodyStream });
  await assertRejects(() => write, RangeError, "its body is longer than 67108864 bytes");
  assertEquals([isCancelled, server.bodies], [true, []]);
});

Deno.test("a request names the span that is active, so that the API server's joins it", { ignore }, async () => {
  await using server = serve();
  using client = await connect({ server: server.url });
  const ask = () => client.performRequest({ method: "GET", path: "/" });
  await ask();
  using keeper = new SpanKeeper();
  const span = keeper.start("a step");
  await context.with(trace.setSpan(context.active(), span), ask);
  const { traceId, spanId } = span.spanContext();
  assertEquals(server.asked.map((headers) => headers.get("traceparent")), [null, `00-${traceId}-${spanId}-01`]);
});

Deno.test("a tracer that throws keeps no request from being sent", { ignore }, async () => {
  await using server = serve();
  using client = await connect({ server: server.url });
  using keeper = new SpanKeeper();
  const span = keeper.start("a step");
  span.spanContext = () => {
    throw new Error("a tracer's");
  };
  await context.with(trace.setSpan(context.active(), span), () => client.performRequest({ method: "GET", path: "/" }));
  assertEquals(server.asked.length, 1);
});
