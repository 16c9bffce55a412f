/** Credentials that expire and are renewed, as a server sees them: tokens, certificates, authorities. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { toClient } from "../../../lib/kube/connect/connect.ts";
import { connect, type ConnectedClient, ConnectError } from "../../../lib/kube/connect/mod.ts";
import { denoHost } from "../../../lib/kube/connect/found/host.ts";
import { locate } from "../../../lib/kube/connect/sources/locate.ts";
import { VirtualClock } from "../../../lib/testing/mod.ts";
import { type Directory, ignore, serve, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makePki } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();
const GET = { method: "GET", path: "/api" } as const;

/** A server that takes one token, and answers any other as an API server does. */
function serveToken(state: { good: string }) {
  const seen: { method: string; authorization: string | null; body: string }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const authorization = request.headers.get("authorization");
    seen.push({ method: request.method, authorization, body: await request.text() });
    if (authorization === `Bearer ${state.good}`) return Response.json({ kind: "APIVersions" });
    const status = { kind: "Status", status: "Failure", reason: "Unauthorized", code: 401, message: "Unauthorized" };
    return Response.json(status, { status: 401 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, seen, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** An exec plugin that gives what stands in the file `credential`, and counts how often it was run. */
async function plugin(directory: Directory): Promise<{ user: string[]; runs: () => Promise<number> }> {
  const script = '#!/bin/sh\ncd "$(dirname "$0")"\necho run >> runs\n' +
    'printf \'{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":%s}\' "$(cat credential)"\n';
  await Deno.chmod(await directory.write("plugin", script), 0o755);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", interactiveMode: "Never" };
  const runs = async () => (await Deno.readTextFile(`${directory.path}/runs`)).trim().split("\n").length;
  return { user: [`exec: ${JSON.stringify(exec)}`], runs };
}

/** Plugins that are scripts need a shell. */
const ignoreScript = ignore || Deno.build.os === "windows";

Deno.test("a 401 has the exec plugin asked again, and the request sent once more, a write with its body", {
  ignore: ignoreScript,
}, async () => {
  await using directory = await temporaryDirectory();
  const state = { good: "one" };
  await using server = serveToken(state);
  const { user, runs } = await plugin(directory);
  await directory.write("credential", '{"token":"one"}');
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user }) });
  await client.performRequest(GET);
  state.good = "two";
  await directory.write("credential", '{"token":"two"}');
  await client.performRequest({ method: "POST", path: "/api", bodyJson: { a: 1 } });
  assertEquals(await runs(), 2);
  assertEquals(server.seen, [
    { method: "GET", authorization: "Bearer one", body: "" },
    { method: "POST", authorization: "Bearer one", body: '{"a":1}' },
    { method: "POST", authorization: "Bearer two", body: '{"a":1}' },
  ]);
});

Deno.test("many requests that get 401 at once share one question", { ignore: ignoreScript }, async () => {
  await using directory = await temporaryDirectory();
  const state = { good: "one" };
  await using server = serveToken(state);
  const { user, runs } = await plugin(directory);
  await directory.write("credential", '{"token":"one"}');
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user }) });
  state.good = "two";
  await directory.write("credential", '{"token":"two"}');
  await Promise.all(Array.from({ length: 50 }, () => client.performRequest(GET)));
  assertEquals(await runs(), 2);
});

Deno.test("a token that is refused again and again is no storm, neither of plugins nor of requests", {
  ignore: ignoreScript,
}, async () => {
  await using directory = await temporaryDirectory();
  await using server = serveToken({ good: "none" });
  const { user, runs } = await plugin(directory);
  await directory.write("credential", '{"token":"stale"}');
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user }) });
  for (let i = 0; i < 20; i++) {
    const error = await assertRejects(() => client.performRequest(GET), Error) as Error & { httpCode?: number };
    assertEquals(error.httpCode, 401);
  }
  assert(await runs() <= 3, `${await runs()} runs`);
  // The same token again is not worth a second request.
  assertEquals(server.seen.length, 20);
});

Deno.test(
  "a token file that was replaced in between is read again for the request that got 401",
  { ignore },
  async () => {
    await using directory = await temporaryDirectory();
    await directory.write("token", "old");
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      if (request.headers.get("authorization") === "Bearer new") return Response.json({});
      await directory.write("token", "new\n");
      return new Response("Unauthorized", { status: 401 });
    });
    const url = `http://127.0.0.1:${server.addr.port}`;
    using client = await connect({ kubeconfig: await writeConfig(directory, url, { user: ["tokenFile: token"] }) });
    await client.performRequest(GET);
    await server.shutdown();
  },
);

/** A client by a clock of its own. */
async function clientOf(kubeconfig: string) {
  const clock = new VirtualClock();
  return { clock, client: await toClient(await locate({ kubeconfig }, denoHost), clock) };
}

/** `node:https`, which can tell who the client is; `Deno.serve` cannot. */
async function serveWhoAreYou(directory: string) {
  const { createServer } = await import("node:https");
  const { promise: slow, resolve: begin } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const [key, cert, ca] = await Promise.all(
    ["server.key", "server.crt", "authority.crt"].map((name) => Deno.readTextFile(`${directory}/${name}`)),
  );
  const server = createServer(
    { key, cert, ca, requestCert: true, rejectUnauthorized: false } as never,
    (request, response) => {
      const { subject } = (request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } })
        .getPeerCertificate();
      const answer = () => void response.end(JSON.stringify({ name: subject?.CN ?? null }));
      if (request.url !== "/slow") return answer();
      begin();
      released.then(answer);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as { port: number };
  return {
    url: `https://127.0.0.1:${port}`,
    /** A request of `/slow` has come, and is answered on {@link release}. */
    slow,
    release,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function nameSeen(client: ConnectedClient): Promise<string | null> {
  return (await client.performRequest({ ...GET, expectJson: true }) as { name: string | null }).name;
}

Deno.test("a certificate that an exec plugin gives anew is used, and a request that is under way goes on", {
  ignore: ignoreTls || ignoreScript,
}, async () => {
  await using directory = await temporaryDirectory();
  const { client: one, server: two } = await makePki(directory.path);
  await using server = await serveWhoAreYou(directory.path);
  const { user, runs } = await plugin(directory);
  const give = async (identity: { certificate: string; key: string }) => {
    const [clientCertificateData, clientKeyData] = await Promise.all([
      Deno.readTextFile(identity.certificate),
      Deno.readTextFile(identity.key),
    ]);
    const expirationTimestamp = new Date(new VirtualClock().now() + 60_000).toISOString();
    await directory.write("credential", JSON.stringify({ clientCertificateData, clientKeyData, expirationTimestamp }));
  };
  await give(one);
  const cluster = ["certificate-authority: authority.crt"];
  const { client, clock } = await clientOf(await writeConfig(directory, server.url, { cluster, user }));
  using _closed = client;
  assertEquals(await nameSeen(client), "test client");
  const slow = client.performRequest({ method: "GET", path: "/slow", expectJson: true });
  await server.slow;
  await give(two);
  assertEquals(await nameSeen(client), "test client");
  await clock.advance(60_000);
  assertEquals(await nameSeen(client), "test server");
  assertEquals(await runs(), 2);
  server.release();
  assertEquals(await slow, { name: "test client" });
});

Deno.test("files of a client's certificate that change are used within a minute", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  await makePki(directory.path);
  await using server = await serveWhoAreYou(directory.path);
  await Promise.all(
    [["client.crt", "me.crt"], ["client.key", "me.key"]].map(([from, to]) =>
      Deno.copyFile(`${directory.path}/${from}`, `${directory.path}/${to}`)
    ),
  );
  const parts = {
    cluster: ["certificate-authority: authority.crt"],
    user: ["client-certificate: me.crt", "client-key: me.key"],
  };
  const { client, clock } = await clientOf(await writeConfig(directory, server.url, parts));
  using _closed = client;
  assertEquals(await nameSeen(client), "test client");
  // In between, one file is new, one is old, and one is half written: what was read before goes on.
  await Deno.copyFile(`${directory.path}/server.crt`, `${directory.path}/me.crt`);
  await directory.write("me.key", "-----BEG");
  await clock.advance(60_000);
  assertEquals(await nameSeen(client), "test client");
  await Deno.copyFile(`${directory.path}/server.key`, `${directory.path}/me.key`);
  await clock.advance(60_000);
  assertEquals(await nameSeen(client), "test server");
});

Deno.test("an authority's file that changes is used within a minute: for another server, and against the first", {
  ignore: ignoreTls,
}, async () => {
  await using directory = await temporaryDirectory();
  const { authority, otherAuthority, server: identity } = await makePki(directory.path);
  const [cert, key] = await Promise.all([identity.certificate, identity.key].map((path) => Deno.readTextFile(path)));
  await using server = serve({ cert: cert!, key: key! });
  await Deno.copyFile(authority.certificate, `${directory.path}/ca.crt`);
  const cluster = ["certificate-authority: ca.crt"];
  const { client, clock } = await clientOf(await writeConfig(directory, server.url, { cluster }));
  using _closed = client;
  await client.performRequest(GET);
  await Deno.copyFile(otherAuthority.certificate, `${directory.path}/ca.crt`);
  await clock.advance(60_000);
  await assertRejects(() => client.performRequest(GET));
  await Deno.copyFile(authority.certificate, `${directory.path}/ca.crt`);
  await clock.advance(60_000);
  await client.performRequest(GET);
});

Deno.test("a token file that is empty or gone for a moment, as it is just being written, hurts nobody", {
  ignore,
}, async () => {
  await using directory = await temporaryDirectory();
  await using server = serveToken({ good: "one" });
  const file = await directory.write("token", "one");
  using client = await connect({
    kubeconfig: await writeConfig(directory, server.url, { user: ["tokenFile: token"] }),
  });
  await client.performRequest(GET);
  for (const text of ["", "\n", "on\u0000"]) {
    await directory.write("token", text);
    await client.performRequest(GET);
  }
  await Deno.remove(file);
  await client.performRequest(GET);
  assertEquals(new Set(server.seen.map(({ authorization }) => authorization)), new Set(["Bearer one"]));
  // One that was never well is no moment's business.
  const broken = await writeConfig(directory, server.url, { user: ["tokenFile: config"] });
  await assertRejects(
    () => connect({ kubeconfig: broken }),
    ConnectError,
    "as it contains characters that an HTTP header cannot hold",
  );
});

Deno.test("an exec plugin that hangs is ended, and another one is asked later", { ignore: ignoreScript }, async () => {
  await using directory = await temporaryDirectory();
  await using server = serveToken({ good: "two" });
  const { user } = await plugin(directory);
  const expirationTimestamp = new Date(new VirtualClock().now() + 1_000).toISOString();
  await directory.write("credential", JSON.stringify({ token: "one", expirationTimestamp }));
  const { client, clock } = await clientOf(await writeConfig(directory, server.url, { user }));
  using _closed = client;
  // Opening a pipe to read waits until somebody writes.
  await Deno.remove(`${directory.path}/credential`);
  await new Deno.Command("mkfifo", { args: [`${directory.path}/credential`] }).output();
  await clock.advance(1_000);
  const asked = client.performRequest(GET);
  const refused = assertRejects(() => asked, ConnectError, "as it did not end within 2m");
  await clock.advance(120_000);
  await refused;
  await Deno.remove(`${directory.path}/credential`);
  await directory.write("credential", '{"token":"two"}');
  await clock.advance(60_000);
  await client.performRequest(GET);
});

Deno.test("an exec plugin is told of an authority whose file has remarks in any letters", {
  ignore: ignoreTls || ignoreScript,
}, async () => {
  await using directory = await temporaryDirectory();
  await using server = serveToken({ good: "one" });
  const script = '#!/bin/sh\nprintf %s "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"\n' +
    'printf \'{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"one"}}\'\n';
  await Deno.chmod(await directory.write("plugin", script), 0o755);
  const { authority } = await makePki(directory.path);
  const pem = `Subject: CN=Ωμέγα\n${await Deno.readTextFile(authority.certificate)}`;
  await directory.write("ca.crt", pem);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", provideClusterInfo: true };
  const user = [`exec: ${JSON.stringify({ ...exec, interactiveMode: "Never" })}`];
  const cluster = ["certificate-authority: ca.crt"];
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { cluster, user }) });
  await client.performRequest(GET);
  const { spec } = JSON.parse(await Deno.readTextFile(`${directory.path}/info`));
  const told = Uint8Array.fromBase64(spec.cluster["certificate-authority-data"]);
  assertEquals(new TextDecoder().decode(told), pem);
});

Deno.test(
  "an exec plugin that asks for the cluster is told of the way to it, too",
  { ignore: ignoreScript },
  async () => {
    await using directory = await temporaryDirectory();
    const script = '#!/bin/sh\nprintf %s "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"\n' +
      'printf \'{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"one"}}\'\n';
    await Deno.chmod(await directory.write("plugin", script), 0o755);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", provideClusterInfo: true };
    const user = [`exec: ${JSON.stringify({ ...exec, interactiveMode: "Never" })}`];
    const way = { "tls-server-name": "kubernetes", "proxy-url": "http://127.0.0.1:9" };
    const lines = Object.entries(way).map(([key, value]) => `${key}: ${value}`);
    const cluster = [...lines, "insecure-skip-tls-verify: true"];
    using _ = await connect({ kubeconfig: await writeConfig(directory, "https://dev.example", { cluster, user }) });
    const { spec } = JSON.parse(await Deno.readTextFile(`${directory.path}/info`));
    assertEquals(spec.cluster, { server: "https://dev.example", ...way, "insecure-skip-tls-verify": true });
  },
);

Deno.test("no token or password goes over plain HTTP to another host, unless that is allowed by name", async () => {
  const users = [["token: t"], ["tokenFile: /t"], ["username: a", "password: b"], [
    "exec: { apiVersion: client.authentication.k8s.io/v1, command: aws }",
  ]];
  const { fakeHost, kubeconfig } = await import("./fake_host.ts");
  const find = (server: string, user: readonly string[], allowPlainHttp = false) =>
    locate(
      { kubeconfig: "/k", allowPlainHttp },
      fakeHost({ files: { "/k": kubeconfig({ cluster: [`server: ${server}`], user }) } }),
    );
  for (const user of users) {
    for (const server of ["http://dev.example", "http://10.0.0.1:8080", "http://127.0.0.1.example", "http://[::2]"]) {
      const error = await assertRejects(() => find(server, user), ConnectError);
      assertStringIncludes(error.message, "would be sent in the clear: use https, or the option allowPlainHttp");
      await find(server, user, true);
    }
    for (
      const server of ["http://127.0.0.1:1", "http://127.9.9.9", "http://localhost:8080", "http://[::1]", "https://a"]
    ) {
      await find(server, user);
    }
  }
  await find("http://dev.example", ["client-certificate: /c", "client-key: /k"]);
});

Deno.test("a name and a password in the server's URL are sent as such, and shown nowhere", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  await using server = serve();
  const url = server.url.replace("//", "//me:pa%3Ass%20w%C3%B6rd@");
  using client = await connect({ kubeconfig: await writeConfig(directory, url, { user: ["client-key: ''"] }) });
  await client.performRequest(GET);
  const expected = btoa(String.fromCharCode(...new TextEncoder().encode("me:pa:ss wörd")));
  assertEquals(server.requests[0]?.authorization, `Basic ${expected}`);
  assertEquals(client.server, server.url);
  using other = await connect({ kubeconfig: await writeConfig(directory, url, { user: ["token: t"] }) });
  await other.performRequest(GET);
  assertEquals(server.requests[1]?.authorization, "Bearer t");
});

Deno.test("a password of any letters is sent as kubectl does", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  await using server = serve();
  const user = ["username: ü", "password: пароль"];
  using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { user }) });
  await client.performRequest(GET);
  assertEquals(server.requests[0]?.authorization, `Basic ${"w7w60L/QsNGA0L7Qu9GM"}`);
});
