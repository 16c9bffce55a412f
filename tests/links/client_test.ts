/** Promises about `@cloudydeno/kubernetes-client`, kept by the package and by its drop-in alike. */

import { assertEquals, assertRejects } from "@std/assert";
import { KubeConfig, KubeConfigRestClient, type RequestOptions, type RestClient } from "@cloudydeno/kubernetes-client";

const host = "127.0.0.1";
/** These tests serve on this machine: `deno test --allow-net=127.0.0.1`. */
const ignore = (await Deno.permissions.query({ name: "net", host })).state !== "granted";

/** Gives the test a client for a server that answers as told. */
async function withServer(
  answer: (request: Request) => Promise<Response>,
  test: (client: RestClient) => Promise<void>,
) {
  const server = Deno.serve({ hostname: host, port: 0, onListen() {} }, answer);
  const config = new KubeConfig({
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "a",
    "contexts": [{ name: "a", context: { cluster: "a" } }],
    "clusters": [{ name: "a", cluster: { server: `http://${host}:${server.addr.port}` } }],
  });
  try {
    await test(await KubeConfigRestClient.forKubeConfig(config));
  } finally {
    await server.shutdown();
  }
}

Deno.test("a request is sent as it is told", { ignore }, async () => {
  const answer = async (request: Request) => {
    const { method, url, headers } = request;
    const [accept, contentType] = [headers.get("accept"), headers.get("content-type")];
    const { pathname, search } = new URL(url);
    return Response.json({ method, path: pathname + search, accept, contentType, body: await request.text() });
  };
  const cases: [RequestOptions, object][] = [
    [{ method: "GET", path: "/api", querystring: new URLSearchParams({ a: "1" }) }, {
      path: "/api?a=1",
      accept: "application/json",
    }],
    [{ method: "POST", path: "/x", bodyJson: { a: 1 } }, { contentType: "application/json", body: '{"a":1}' }],
    [{ method: "PATCH", path: "/x", bodyJson: [], contentType: "application/json-patch+json" }, {
      contentType: "application/json-patch+json",
      body: "[]",
    }],
    [{ method: "PUT", path: "/x", bodyRaw: new Uint8Array([97]), accept: "text/plain" }, {
      accept: "text/plain",
      body: "a",
    }],
  ];
  await withServer(answer, async (client) => {
    for (const [options, expected] of cases) {
      const seen = await client.performRequest({ ...options, expectJson: true });
      const wanted = { method: options.method, ...expected };
      assertEquals(sameKeys(seen, wanted), wanted);
    }
  });
});

Deno.test("a stream of JSON gives one value a line, wherever the network cuts it", { ignore }, async () => {
  const chunks = ['{"a":1}\n{"a"', ':"ü', '"}\n{"a":3}', "\n"].map((text) => new TextEncoder().encode(text));
  const answer = () => Promise.resolve(new Response(ReadableStream.from(chunks)));
  await withServer(answer, async (client) => {
    const stream = await client.performRequest({ method: "GET", path: "/", expectStream: true, expectJson: true });
    assertEquals(await Array.fromAsync(stream), [{ a: 1 }, { a: "ü" }, { a: 3 }]);
  });
});

Deno.test("a stream of bytes and plain bytes are given as they are", { ignore }, async () => {
  await withServer(() => Promise.resolve(new Response("abc")), async (client) => {
    const stream = await client.performRequest({ method: "GET", path: "/", expectStream: true });
    assertEquals(await new Response(stream).text(), "abc");
    assertEquals(await client.performRequest({ method: "GET", path: "/" }), new TextEncoder().encode("abc"));
  });
});

Deno.test("an error answer of a known length is thrown, with its code and its Status", { ignore }, async () => {
  const status = { kind: "Status", reason: "NotFound", message: "no such thing" };
  const answer = () => {
    const body = JSON.stringify(status);
    const headers = { "content-type": "application/json", "content-length": `${body.length}` };
    return Promise.resolve(new Response(body, { status: 404, headers }));
  };
  await withServer(answer, async (client) => {
    const error = await assertRejects(() => client.performRequest({ method: "GET", path: "/" }), Error);
    assertEquals(error.message, "Kubernetes returned HTTP 404 NotFound: no such thing");
    assertEquals(sameKeys(error, { httpCode: 404, status }), { httpCode: 404, status });
  });
});

Deno.test("a request ends with its signal", { ignore }, async () => {
  const { promise: never, resolve } = Promise.withResolvers<Response>();
  const controller = new AbortController();
  const answer = () => {
    controller.abort(new Error("enough"));
    return never;
  };
  await withServer(answer, async (client) => {
    const options: RequestOptions = { method: "GET", path: "/", abortSignal: controller.signal };
    await assertRejects(() => client.performRequest(options), Error, "enough");
    resolve(new Response());
  });
});

/** The part of an object that another one speaks of. */
function sameKeys(value: unknown, other: object): unknown {
  return Object.fromEntries(Object.keys(other).map((key) => [key, (value as Record<string, unknown>)[key]]));
}
