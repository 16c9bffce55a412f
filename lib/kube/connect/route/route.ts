/** The route to a located server: by which transport, through which proxy, and under which name. */

import { environmentProxy, isExceptedByEnvironment } from "./environment_proxy.ts";
import {
  ConnectError,
  type Host,
  hostOf,
  joinNeeds,
  type Located,
  needsNothing,
  parseProxyUrl,
  type ProxyConfig,
  proxyHost,
  type Route,
  type TransportKind,
} from "../found/mod.ts";

/**
 * Adds the route to the server. As in client-go, the kubeconfig's proxy takes precedence over the environment's. Checks
 * each permission first, and never prompts.
 *
 * @param located The located cluster.
 * @param wanted The transport, if the user chose one.
 * @param host The machine.
 * @throws {ConnectError} If there is no route.
 */
export async function withRoute(located: Located, wanted: TransportKind | undefined, host: Host): Promise<Located> {
  const { cluster, searchNeeds } = located;
  const own = cluster["proxy-url"];
  const found = own === undefined ? await environmentProxy(cluster.server, host) : undefined;
  const proxy = found?.type === "named" ? found.proxy : own === undefined ? undefined : parseProxyUrl(own);
  const isLeftToFetch = wanted === undefined && found?.type === "named" && await isForFetch(located, found.proxy, host);
  if (isLeftToFetch) return { ...located, route: { transport: "fetch", proxy: undefined, mayNeedProxy: false } };
  const transport = wanted ?? (proxy && proxy.scheme !== "http" ? "fetch" : "wire");
  const mayNeedProxy = wanted === undefined && found?.type === "unknown" && !isForWireAlone(located);
  const origin = found?.type === "named" ? `the environment variable ${found.variable}` : "the kubeconfig";
  await check(located, { transport, proxy, mayNeedProxy }, origin, host);
  // Without this variable, the next search would not find the proxy.
  const needs = found?.type === "named" ? joinNeeds(searchNeeds, { env: [found.variable] }) : searchNeeds;
  return { ...located, searchNeeds: needs, route: { transport, proxy, mayNeedProxy } };
}

/**
 * Whether the environment's proxy must be left to `fetch`, which reads these variables by itself and only needs the
 * permission for the server. So: whether that permission is there, and the one for the proxy is not.
 */
async function isForFetch(located: Located, proxy: ProxyConfig, host: Host): Promise<boolean> {
  if (isForWireAlone(located)) return false;
  const lacks = async (net: string) => !needsNothing(await host.missing(joinNeeds({ net: [net] })));
  return await lacks(proxyHost(proxy)) && !await lacks(hostOf(located.cluster.server));
}

/** The server name for TLS, if it differs from the URL's host. */
export function serverNameOf({ cluster }: Located): string | undefined {
  return cluster.server.startsWith("https:") ? cluster["tls-server-name"] : undefined;
}

/** Whether any certificate is accepted. */
export function isUnverified({ cluster }: Located): boolean {
  return cluster.server.startsWith("https:") && cluster["insecure-skip-tls-verify"] === true;
}

function isForWireAlone(located: Located): boolean {
  return serverNameOf(located) !== undefined || isUnverified(located);
}

async function check(located: Located, { transport, proxy }: Route, origin: string, host: Host): Promise<void> {
  const { cluster: { server }, source } = located;
  const fail = (problem: string): never => {
    throw new ConnectError(`Cannot connect to ${server} (${source}) as ${problem}`);
  };
  if (transport === "wire") {
    if (!proxy || proxy.scheme === "http") return;
    fail(
      `the wire only supports http:// proxies, and ${origin} names one with ${proxy.scheme}://: leave out the ` +
        "option transport, so that fetch is used",
    );
  }
  if (isForWireAlone(located)) {
    const [what, instead] = isUnverified(located)
      ? ["honour insecure-skip-tls-verify", "name the certificate authority"]
      : ["honour tls-server-name", "use a server name that is in its certificate"];
    fail(
      proxy && proxy.scheme !== "http"
        ? `only fetch supports the ${proxy.scheme}:// proxy that ${origin} names, and it cannot ${what}: ` +
          `use an http:// proxy, or ${instead}`
        : `fetch cannot ${what}: leave out the option transport, so that the wire is used`,
    );
  }
  // Deno's `fetch` obeys `NO_PROXY` even for a proxy that it was given; but a kubeconfig's proxy must be used in any
  // case.
  if (proxy && await isExceptedByEnvironment(server, host)) {
    fail("fetch bypasses the proxy for servers in NO_PROXY: remove this server from it");
  }
}
