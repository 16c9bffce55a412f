/** Connecting: the credentials that a server sees, and the errors about unusable ones. */

import { assert, assertEquals, assertFalse, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { toApiError } from "../../../lib/kube/answer/answer.ts";
import type { ClusterClient } from "../../../lib/kube/request/client.ts";
import { connect, toClient } from "../../../lib/kube/connect/connect.ts";
import { ConnectError } from "../../../lib/kube/connect/found/errors.ts";
import { denoHost } from "../../../lib/kube/connect/found/host.ts";
import { locateInCluster } from "../../../lib/kube/connect/sources/source_in_cluster.ts";
import { ConnectionError } from "../../../lib/kube/answer/errors.ts";
import { ignore, serve, temporaryDirectory, writeConfig } from "./fixtures.ts";

/** What the server saw of one request with these credentials. */
async function authorizationWith(user: readonly string[]): Promise<string | null | undefined> {
  await using directory = await temporaryDirectory();
  await using server = serve();
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user }) });
  await client.performRequest({ method: "GET", path: "/api" });
  return server.requests[0]?.authorization;
}

Deno.test("a client says its server, source, namespace and lasting needs", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const file = await writeConfig(directory, "https://a.example/base", { namespace: "shop" });
  using client = await connect({ kubeconfig: file });
  assertEquals(client.server, "https://a.example/base");
  assertEquals(client.source, `kubeconfig ${file}, context dev`);
  assertEquals(client.defaultNamespace, "shop");
  assertEquals(client.needs, { net: ["a.example:443"], read: [], env: [], run: [] });
});

Deno.test("a base path in the server's URL is kept", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  await using server = serve();
  using client = await connect({ kubeconfig: await writeConfig(directory, `${server.url}/k8s/clusters/c-1/`) });
  const querystring = new URLSearchParams({ limit: "1" });
  await client.performRequest({ method: "GET", path: "/api/v1/pods", querystring });
  assertEquals(server.requests[0]?.path, "/k8s/clusters/c-1/api/v1/pods?limit=1");
});

Deno.test("the option server alone sends no credentials", { ignore }, async () => {
  await using server = serve();
  using client = await connect({ server: server.url });
  assertEquals(await client.performRequest({ method: "GET", path: "/api", expectJson: true }), { kind: "APIVersions" });
  assertEquals(server.requests, [{ path: "/api", authorization: null }]);
});

Deno.test("a token is sent", { ignore }, async () => {
  assertEquals(await authorizationWith(["token: secret"]), "Bearer secret");
});

Deno.test("a user name and a password are sent", { ignore }, async () => {
  assertEquals(await authorizationWith(["username: me", "password: pass"]), `Basic ${btoa("me:pass")}`);
});

Deno.test("the token of a service account is read at every request", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  await using server = serve();
  await directory.write("token", "first\n");
  await directory.write("ca.crt", "-----BEGIN CERTIFICATE-----");
  const finding = await locateInCluster(denoHost, directory.path);
  assert("located" in finding);
  using client = await toClient({ ...finding.located, cluster: { server: server.url } });
  await client.performRequest({ method: "GET", path: "/api" });
  await directory.write("token", "second\n");
  await client.performRequest({ method: "GET", path: "/api" });
  assertEquals(server.requests.map(({ authorization }) => authorization), ["Bearer first", "Bearer second"]);
});

/** An exec plugin that gives another token each time, expiring as told. */
function execUser(expiry: string): string[] {
  const credential = "{ apiVersion: info.apiVersion, kind: info.kind, status: { token: crypto.randomUUID(), " +
    `expirationTimestamp: "${expiry}" } }`;
  const code =
    `const info = JSON.parse(Deno.env.get("KUBERNETES_EXEC_INFO")); console.log(JSON.stringify(${credential}))`;
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: Deno.execPath(), args: ["eval", code] };
  return [`exec: ${JSON.stringify({ ...exec, interactiveMode: "Never" })}`];
}

async function twoTokens(expiry: string): Promise<(string | null)[]> {
  await using directory = await temporaryDirectory();
  await using server = serve();
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user: execUser(expiry) }) });
  await client.performRequest({ method: "GET", path: "/api" });
  await client.performRequest({ method: "GET", path: "/api" });
  return server.requests.map(({ authorization }) => authorization);
}

Deno.test("an exec plugin's token is kept until it expires", { ignore }, async () => {
  const [first, second] = await twoTokens("2999-01-01T00:00:00Z");
  assertStringIncludes(first!, "Bearer ");
  assertEquals(first, second);
});

Deno.test("an exec plugin is asked again when its token has expired", { ignore }, async () => {
  const [first, second] = await twoTokens("2000-01-01T00:00:00Z");
  assertStringIncludes(first!, "Bearer ");
  assertNotEquals(first, second);
});

Deno.test("an exec plugin that fails, or is not there, is said with its name", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const problem = async (command: string, args: string[]) => {
    const user = [`exec: ${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", command, args })}`];
    const file = await writeConfig(directory, "https://a.example", { user });
    return (await assertRejects(() => connect({ kubeconfig: file }), ConnectError)).message;
  };
  assertStringIncludes(await problem(Deno.execPath(), ["eval", "Deno.exit(3)"]), "ended with code 3");
  assertStringIncludes(
    await problem("/no/such/plugin", []),
    "Cannot run exec plugin /no/such/plugin as it was not found",
  );
});

Deno.test("the error about a credentials file that is missing or not PEM says what names it", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const file = await writeConfig(directory, "https://a.example", { cluster: ["certificate-authority: ca.crt"] });
  const origin = `Cannot use kubeconfig ${file}, clusters[0].cluster.certificate-authority as ${directory.path}/ca.crt`;
  await assertRejects(() => connect({ kubeconfig: file }), ConnectError, `${origin} is not there`);
  await directory.write("ca.crt", "hello");
  await assertRejects(() => connect({ kubeconfig: file }), ConnectError, `${origin} is not PEM`);
});

Deno.test("a server that cannot be reached: the error says so", { ignore }, async () => {
  const url = await (async () => {
    await using server = serve();
    return server.url;
  })();
  using client = await connect({ server: url });
  const error = toApiError(await assertRejects(() => client.performRequest({ method: "GET", path: "/api" })));
  assert(error instanceof ConnectionError);
  assertStringIncludes(error.message, "The API server cannot be reached");
});

Deno.test(
  "a client says that it sends once, and a copy, which may have another way to send, does not",
  { ignore },
  async () => {
    using client = await connect({ server: "http://127.0.0.1:9" });
    const copy: ClusterClient = { ...client };
    assertEquals([client.sendsOnce, copy.sendsOnce], [true, undefined]);
    assertEquals(copy.server, client.server);
  },
);

Deno.test("a kubectl proxy is known by its answer", { ignore }, async () => {
  await using proxy = serve();
  assert(await denoHost.answers(proxy.url));
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("hello"));
  assertFalse(await denoHost.answers(`http://127.0.0.1:${other.addr.port}`));
  await other.shutdown();
  assertFalse(await denoHost.answers(`http://127.0.0.1:${other.addr.port}`));
});

Deno.test(
  "a failure is an error by its code, in chunks, without a Status and without a word too; one in plain words is an answer",
  {
    ignore,
  },
  async () => {
    const answers: [Response, number | undefined][] = [
      [Response.json({ kind: "Status", status: "Failure", code: 404, reason: "NotFound" }, { status: 404 }), 404],
      [Response.json({ items: [] }, { status: 502 }), 502],
      [
        new Response(ReadableStream.from([new TextEncoder().encode('{"kind":"List","items":[]}')]), {
          status: 502,
          headers: { "content-type": "application/json; charset=utf-8" },
        }),
        502,
      ],
      // Of a gateway that keeps answers: it must not be taken for an object.
      [new Response(' {"kind":"ConfigMap"}', { status: 500, headers: { "content-type": "text/plain" } }), 500],
      [new Response("[]", { status: 502 }), 502],
      [new Response(null, { status: 401 }), 401],
      [new Response("404 page not found\n", { status: 404 }), undefined],
    ];
    const left = answers.map(([response]) => response);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => left.shift()!);
    using client = await connect({ server: `http://127.0.0.1:${server.addr.port}` });
    for (const [, code] of answers) {
      const answer = client.performRequest({ method: "GET", path: "/api" });
      const thrown = await answer.then(() => undefined, (error) => error);
      assertEquals(thrown?.httpCode, code);
      // As in the package, its status is the one that the API server sent.
      if (code === 404) assertEquals([thrown.status.status, thrown.status.reason], ["Failure", "NotFound"]);
    }
    await server.shutdown();
  },
);
