/** Promises about the way to a server: whose proxy counts, what it takes, and what cannot be done. */

import { assertEquals, assertFalse, assertRejects, assertStringIncludes } from "@std/assert";
import { ConnectError } from "../../../lib/kube/connect/found/errors.ts";
import { locate } from "../../../lib/kube/connect/sources/locate.ts";
import { allNeeds, lastingNeeds } from "../../../lib/kube/connect/found/located.ts";
import type { ConnectOptions } from "../../../lib/kube/connect/found/options.ts";
import { fakeHost, type FakeMachine, kubeconfig } from "./fake_host.ts";

const SERVER = "server: https://dev.example:6443";
const ALL = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

function locateBy(cluster: readonly string[], machine: FakeMachine = {}, options: ConnectOptions = {}) {
  const files = { "/k": kubeconfig({ cluster }) };
  return locate({ kubeconfig: "/k", ...options }, fakeHost({ files, ...machine }));
}

/** The transport, and where the proxy is. */
async function wayBy(...args: Parameters<typeof locateBy>): Promise<string> {
  const { transport, proxy, mayNeedProxy } = (await locateBy(...args)).route!;
  return `${transport}${proxy ? ` by ${proxy.scheme} ${proxy.hostname}:${proxy.port}` : ""}${mayNeedProxy ? "?" : ""}`;
}

Deno.test("without a proxy the wire is what requests go over, straight", async () => {
  assertEquals(await wayBy([SERVER]), "wire");
  assertEquals(await wayBy([SERVER], {}, { transport: "fetch" }), "fetch");
});

Deno.test("the proxy of a kubeconfig goes before those of the environment, and is not subject to NO_PROXY", async () => {
  const env = { HTTPS_PROXY: "http://other", NO_PROXY: "*" };
  assertEquals(await wayBy([SERVER, "proxy-url: http://p.example:3128"], { env }), "wire by http p.example:3128");
});

Deno.test("of the environment, the variable of the scheme goes before that of all, and each in capitals before the other", async () => {
  const env: Record<string, string> = {};
  for (const name of ["all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"]) {
    env[name] = `http://${name.toLowerCase().replace("_", "-")}-${name < "a" ? 1 : 2}`;
    env.HTTP_PROXY = "http://never";
    assertEquals(await wayBy([SERVER], { env }), `wire by http ${new URL(env[name]!).hostname}:80`, name);
  }
  assertEquals(await wayBy(["server: http://dev.example"], { env }, { allowPlainHttp: true }), "wire by http never:80");
});

Deno.test("a proxy without a scheme is one of http://", async () => {
  assertEquals(await wayBy([SERVER], { env: { HTTPS_PROXY: "p.example:3128" } }), "wire by http p.example:3128");
  assertEquals(await wayBy([SERVER], { env: { HTTPS_PROXY: "10.0.0.9" } }), "wire by http 10.0.0.9:80");
});

Deno.test("the environment names no proxy to this machine, nor to whom NO_PROXY names", async () => {
  const env = { HTTPS_PROXY: "http://p", NO_PROXY: "10.0.0.0/8,.example" };
  for (const host of ["localhost", "127.0.0.1", "[::1]", "10.1.2.3", "dev.example"]) {
    assertEquals(await wayBy([`server: https://${host}:6443`], { env }), "wire", host);
  }
  assertEquals(await wayBy(["server: https://example.org"], { env }), "wire by http p:80");
});

Deno.test("variables that must not be read are not, and whether there is a proxy is left open", async () => {
  const env = { HTTPS_PROXY: "http://p" };
  assertEquals(await wayBy([SERVER], { env, denied: ALL }), "wire?");
  assertEquals(await wayBy([SERVER, "proxy-url: http://q"], { env, denied: ALL }), "wire by http q:80");
  assertEquals(await wayBy([SERVER], { env, denied: ["NO_PROXY", "no_proxy"] }), "wire by http p:80");
  // fetch, which would be tried then, can do neither.
  assertEquals(await wayBy([SERVER, "tls-server-name: kubernetes"], { env, denied: ALL }), "wire");
});

Deno.test("through a proxy of http:// it is the proxy that must be reached, and the server need not be", async () => {
  const located = await locateBy([SERVER], { env: { HTTPS_PROXY: "http://me:hunter2@[fd00::9]:3128" } });
  assertEquals(allNeeds(located), { net: ["[fd00::9]:3128"], read: ["/k"], env: ["HTTPS_PROXY"], run: [] });
  assertEquals(lastingNeeds(located), { net: ["[fd00::9]:3128"], read: [], env: [], run: [] });
  const named = await locateBy([SERVER, "proxy-url: http://p"]);
  assertEquals(allNeeds(named), { net: ["p:80"], read: ["/k"], env: [], run: [] });
});

Deno.test("other proxies are fetch's, which must reach both", async () => {
  for (const [scheme, port] of [["https", 443], ["socks5", 1080], ["socks5h", 1080]]) {
    const cluster = [SERVER, `proxy-url: ${scheme}://p.example`];
    assertEquals(await wayBy(cluster), `fetch by ${scheme} p.example:${port}`);
    assertEquals(lastingNeeds(await locateBy(cluster)).net, ["dev.example:6443", `p.example:${port}`]);
  }
});

Deno.test("the option server takes the name of the other server away, and leaves the proxy", async () => {
  const cluster = [SERVER, "tls-server-name: kubernetes", "proxy-url: http://p"];
  assertEquals((await locateBy(cluster)).cluster["tls-server-name"], "kubernetes");
  const located = await locateBy(cluster, {}, { server: "https://tunnel" });
  assertEquals(located.cluster, { "server": "https://tunnel", "proxy-url": "http://p" });
});

Deno.test("a server that is not verified is left to no proxy that fetch may know of", async () => {
  const cluster = [SERVER, "insecure-skip-tls-verify: true"];
  assertEquals(await wayBy(cluster, { env: { HTTPS_PROXY: "http://p" }, denied: ALL }), "wire");
  // The route is the environment's proxy, even if it may not be reached: connecting reports that.
  const env = { HTTPS_PROXY: "http://p" };
  assertEquals(await wayBy(cluster, { env, denied: ["p:80"] }), "wire by http p:80");
  assertEquals(await wayBy([SERVER], { env, denied: ["p:80"] }), "fetch");
});

/** What cannot be done, and what the error says of it. */
const refused: Readonly<Record<string, readonly [args: Parameters<typeof locateBy>, problem: string]>> = {
  "a name by fetch": [
    [[SERVER, "tls-server-name: kubernetes"], {}, { transport: "fetch" }],
    "fetch cannot honour tls-server-name: leave out the option transport, so that the wire is used",
  ],
  "a name through a proxy that is fetch's": [
    [[SERVER, "tls-server-name: kubernetes", "proxy-url: socks5://p"]],
    "only fetch supports the socks5:// proxy that the kubeconfig names, and it cannot honour tls-server-name: " +
    "use an http:// proxy, or use a server name that is in its certificate",
  ],
  "a server that is not verified, by fetch": [
    [[SERVER, "insecure-skip-tls-verify: true"], {}, { transport: "fetch" }],
    "fetch cannot honour insecure-skip-tls-verify: leave out the option transport, so that the wire is used",
  ],
  "a server that is not verified, through a proxy that is fetch's": [
    [[SERVER, "insecure-skip-tls-verify: true", "proxy-url: https://p"]],
    "only fetch supports the https:// proxy that the kubeconfig names, and it cannot honour insecure-skip-tls-verify" +
    ": use an http:// proxy, or name the certificate authority",
  ],
  "a proxy that is fetch's by the wire": [
    [[SERVER], { env: { ALL_PROXY: "socks5://me:hunter2@p" } }, { transport: "wire" }],
    "the wire only supports http:// proxies, and the environment variable ALL_PROXY names one with socks5://: leave " +
    "out the option transport, so that fetch is used",
  ],
  "a proxy that NO_PROXY keeps fetch from": [
    [[SERVER, "proxy-url: socks5://p"], { env: { NO_PROXY: "dev.example" } }],
    "fetch bypasses the proxy for servers in NO_PROXY: remove this server from it",
  ],
};

for (const [what, [args, problem]] of Object.entries(refused)) {
  Deno.test(`there is no way, ${what}: the error says why and what to do`, async () => {
    const { message } = await assertRejects(() => locateBy(...args), ConnectError);
    assertEquals(message, `Cannot connect to https://dev.example:6443 (kubeconfig /k, context dev) as ${problem}`);
  });
}

Deno.test("behind a proxy, a token is not sent in the clear to this machine either: it is the proxy's", async () => {
  const cluster = ["server: http://127.0.0.1:8080", "proxy-url: http://p"];
  await assertRejects(() => locateBy(cluster), ConnectError, "its credentials would be sent in the clear");
  assertEquals(await wayBy(cluster, {}, { allowPlainHttp: true }), "wire by http p:80");
});

Deno.test("a variable that names no proxy is said by its name alone", async () => {
  const env = { HTTPS_PROXY: "ftp://me:hunter2@p" };
  const { message } = await assertRejects(() => locateBy([SERVER], { env }), ConnectError);
  assertStringIncludes(
    message,
    "the environment variable HTTPS_PROXY is not a URL that begins with http://, https:// or socks5://",
  );
  assertFalse(message.includes("hunter2"));
});
