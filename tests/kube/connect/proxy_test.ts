/** Real proxies on the way to the server: the tunnel, what it needs, and the error without one. */

import { assert, assertEquals, assertFalse, assertRejects, assertStringIncludes } from "@std/assert";
import { toApiError } from "../../../lib/kube/answer/answer.ts";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectionError } from "../../../lib/kube/answer/errors.ts";
import { denos, type Directory, ignore, runProgram, serve, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makeIdentity, makePki, type Pki } from "./pki.ts";
import { httpProxy, OPENED, socksProxy, type TestProxy } from "./proxies.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** A server that a proxy alone leads to, as no resolver knows its name. */
const HIDDEN = "hidden.example";
const AUTHORIZATION = `proxy-authorization: Basic ${btoa("me:hunter2@")}`;

/** An API server of that name, and what its authority is. */
async function serveHidden(directory: Directory) {
  const pki = await makePki(directory.path);
  const { certificate, key } = await makeIdentity(directory.path, pki.authority, HIDDEN);
  return { pki, server: serve(await texts({ certificate, key })) };
}

async function texts({ certificate, key }: { certificate: string; key: string }) {
  return { cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) };
}

function configFor(directory: Directory, { authority }: Pki, more: readonly string[] = [], url = `https://${HIDDEN}`) {
  return writeConfig(directory, url, { cluster: [`certificate-authority: ${authority.certificate}`, ...more] });
}

const firstLines = ({ asked }: TestProxy) => [...new Set(asked.map((head) => head.split("\r\n")[0]))];

Deno.test("a request goes through the tunnel of the kubeconfig's proxy, which gets the proof and never the token", {
  ignore: ignoreTls,
}, async () => {
  await using directory = await temporaryDirectory();
  const { pki, server } = await serveHidden(directory);
  await using _ = server;
  await using proxy = httpProxy(server.url);
  const kubeconfig = await configFor(directory, pki, [`proxy-url: http://me:hunter2%40@${proxy.host}`]);
  using client = await connect({ kubeconfig });
  for (let i = 0; i < 2; i++) await client.performRequest({ method: "GET", path: "/api" });
  assertEquals(server.requests, Array(2).fill({ path: "/api", authorization: "Bearer secret" }));
  assertEquals([client.transport, client.needs.net], ["wire", [proxy.host]]);
  // Of the look at the server's authority, and of the requests, whose connection is kept.
  assertEquals(proxy.asked.length, 2);
  const head = `CONNECT ${HIDDEN}:443 HTTP/1.1\r\nhost: ${HIDDEN}:443\r\n${AUTHORIZATION}\r\n\r\n`;
  assertEquals(new Set(proxy.asked), new Set([head]));
});

Deno.test("a request to a server without TLS is given to the proxy whole, with what proves the user to both", {
  ignore,
}, async () => {
  await using directory = await temporaryDirectory();
  await using proxy = httpProxy("http://127.0.0.1:9");
  for (const [server, host] of [[`http://${HIDDEN}/base`, HIDDEN], [`http://${HIDDEN}:8080/base/`, `${HIDDEN}:8080`]]) {
    const cluster = [`proxy-url: http://me:hunter2%40@${proxy.host}`];
    const kubeconfig = await writeConfig(directory, server!, { cluster });
    using client = await connect({ kubeconfig, allowPlainHttp: true });
    assertEquals(await client.performRequest({ method: "GET", path: "/api", expectJson: true }), {});
    const lines = proxy.asked.at(-1)!.split("\r\n");
    assertEquals(lines.slice(0, 2), [`GET http://${host}/base/api HTTP/1.1`, `host: ${host}`]);
    assertEquals(lines.filter((line) => /authorization/.test(line)), [AUTHORIZATION, "authorization: Bearer secret"]);
  }
});

/** What a proxy may answer instead of opening a tunnel, and the error about it. */
const refusals: Readonly<Record<string, string>> = {
  "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 2\r\n\r\nno":
    "it answers CONNECT with 407: put a valid user name and password into the URL of the proxy",
  "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n": "it answers CONNECT with 403",
  "HTTP/1.1 502 Bad Gateway\r\n\r\n": "it answers CONNECT with 502",
  [`${OPENED}\x16`]: "the answer is not valid HTTP/1.1 (it sends more than was asked for)",
  "hello\r\n\r\n": 'the answer is not valid HTTP/1.1 (it begins with "hello")',
  "": "it closed the connection before its answer was there",
};

for (const [answer, problem] of Object.entries(refusals)) {
  Deno.test(`without a tunnel nobody is reached, and the proxy is named: ${JSON.stringify(answer.slice(0, 30))}`, {
    ignore: ignoreTls,
  }, async () => {
    await using directory = await temporaryDirectory();
    const pki = await makePki(directory.path);
    await using proxy = httpProxy("http://127.0.0.1:9", answer);
    const pair = [`client-certificate: ${pki.client.certificate}`, `client-key: ${pki.client.key}`];
    // By Deno's TLS, and by Node's.
    for (const user of [["token: secret"], pair]) {
      const cluster = [`proxy-url: http://me:hunter2%40@${proxy.host}`];
      using client = await connect({
        kubeconfig: await writeConfig(directory, `https://${HIDDEN}`, { cluster, user }),
      });
      const thrown = await assertRejects(() => client.performRequest({ method: "GET", path: "/api" }));
      const error = toApiError(thrown);
      assert(error instanceof ConnectionError, Deno.inspect(thrown));
      assertEquals(error.failure, "unreachable");
      assertStringIncludes(
        error.message,
        `The API server cannot be reached by the proxy ${proxy.host} (${problem})`,
      );
      assertFalse(/hunter2|me:/.test(Deno.inspect(thrown, { depth: 20 })));
    }
  });
}

Deno.test("a proxy that wants other proof for a server without TLS reaches nobody either", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  await using proxy = httpProxy("http://127.0.0.1:9", "HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n");
  const cluster = [`proxy-url: http://me:hunter2@${proxy.host}`];
  const kubeconfig = await writeConfig(directory, `http://${HIDDEN}`, { cluster, user: [] });
  using client = await connect({ kubeconfig });
  const error = toApiError(await assertRejects(() => client.performRequest({ method: "GET", path: "/api" })));
  assert(error instanceof ConnectionError);
  assertEquals(error.failure, "unreachable");
  assertStringIncludes(error.message, `by the proxy ${proxy.host} (it answers 407`);
});

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };

  /** What a process makes of it that has the permissions which connecting says it takes, and no other. */
  const askNarrowly = async (kubeconfig: string, env: Readonly<Record<string, string>>) => {
    const flags = (await runProgram(deno!, "proxied_program.ts", ["flags", kubeconfig], env)).split("\n");
    const told = await runProgram(deno!, "proxied_program.ts", ["ask", kubeconfig], env, ["--no-prompt", ...flags]);
    return { flags, told };
  };

  Deno.test(`the permission for the proxy is enough for the wire, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, server } = await serveHidden(directory);
    await using _ = server;
    await using proxy = httpProxy(server.url);
    const own = await configFor(directory, pki, [`proxy-url: http://me:hunter2%40@${proxy.host}`]);
    const { flags, told } = await askNarrowly(own, {});
    assertEquals(told, "by wire");
    const read = `--allow-read=${own},${pki.authority.certificate}`;
    assertEquals(flags, [`--allow-net=${proxy.host}`, read]);
    assert(proxy.asked.every((head) => head.includes(AUTHORIZATION)));
    // The same by the environment: the proxy is read from the named variable, and from no other.
    const env = {
      HTTPS_PROXY: `http://me:hunter2%40@${proxy.host}`,
      ALL_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "example",
    };
    const byEnvironment = await configFor(directory, pki);
    assertEquals(await askNarrowly(byEnvironment, { ...env, NO_PROXY: "other.example" }), {
      told: "by wire",
      flags: [`--allow-net=${proxy.host}`, read, "--allow-env=HTTPS_PROXY"],
    });
    // A server that is excepted is gone to straight, and nobody knows the way.
    const excepted = await runProgram(deno!, "proxied_program.ts", ["ask", byEnvironment], env);
    assertStringIncludes(excepted, "cannot be reached (");
    assertFalse(excepted.includes("hunter2"));
  });

  Deno.test(`a client certificate goes through the tunnel, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, server } = await serveHidden(directory);
    await using _ = server;
    await using proxy = httpProxy(server.url);
    const kubeconfig = await writeConfig(directory, `https://${HIDDEN}`, {
      cluster: [`certificate-authority: ${pki.authority.certificate}`, `proxy-url: http://${proxy.host}`],
      user: [`client-certificate: ${pki.client.certificate}`, `client-key: ${pki.client.key}`],
    });
    const { flags, told } = await askNarrowly(kubeconfig, {});
    assertEquals(told, "by wire");
    assertEquals(flags[0], `--allow-net=${proxy.host}`);
    assertEquals(firstLines(proxy), [`CONNECT ${HIDDEN}:443 HTTP/1.1`]);
  });

  Deno.test(`a proxy of socks5:// is fetch's, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, server } = await serveHidden(directory);
    await using _ = server;
    await using proxy = socksProxy(server.url);
    for (const scheme of ["socks5", "socks5h"]) {
      const kubeconfig = await configFor(directory, pki, [`proxy-url: ${scheme}://${proxy.host}`]);
      const { flags, told } = await askNarrowly(kubeconfig, {});
      assertEquals(told, "by fetch");
      assertEquals(flags[0], `--allow-net=${HIDDEN}:443,${proxy.host}`);
    }
    assertEquals(new Set(proxy.asked), new Set([`${HIDDEN}:443`]));
    assertEquals(server.requests.filter(({ authorization }) => authorization === "Bearer secret").length, 2);
  });

  Deno.test(`a proxy of https:// is fetch's, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const { pki, server } = await serveHidden(directory);
    await using _ = server;
    await using proxy = httpProxy(server.url, OPENED, await texts(pki.server));
    const kubeconfig = await configFor(directory, pki, [`proxy-url: https://me:hunter2%40@${proxy.host}`]);
    // To fetch, the roots are those of the proxy, too.
    const { flags, told } = await askNarrowly(kubeconfig, { DENO_CERT: pki.authority.certificate });
    assertStringIncludes(told, "by fetch");
    assertEquals(flags[0], `--allow-net=${HIDDEN}:443,${proxy.host}`);
    assertEquals(firstLines(proxy), [`CONNECT ${HIDDEN}:443 HTTP/1.1`]);
    assert(proxy.asked.every((head) => head.toLowerCase().includes(AUTHORIZATION.toLowerCase())));
  });

  Deno.test(`what fetch says of a proxy that nobody is at holds no secret, on ${name}`, options, async () => {
    await using directory = await temporaryDirectory();
    const pki = await makePki(directory.path);
    for (const scheme of ["socks5", "https"]) {
      const kubeconfig = await configFor(directory, pki, [`proxy-url: ${scheme}://me:hunter2@127.0.0.1:9`]);
      const told = await runProgram(deno!, "proxied_program.ts", ["ask", kubeconfig]);
      assertStringIncludes(told, "The API server cannot be reached");
      assertFalse(told.includes("hunter2"), told);
    }
  });
}
