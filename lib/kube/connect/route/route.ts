/** How requests get to a server that was found: by which transport, through which proxy, and under which name. */

import { environmentProxy, isExceptedByEnvironment } from "./environment_proxy.ts";
import {
  ConnectError,
  type Host,
  hostOf,
  isEmpty,
  joinNeeds,
  type Located,
  parseProxyUrl,
  type ProxyConfig,
  proxyHost,
  type Route,
  type TransportKind,
} from "../found/mod.ts";

/**
 * Adds the way to the server. The proxy of the kubeconfig goes before that of the environment, as in client-go. Asks for each
 * permission first, and never prompts.
 *
 * @param located Whoever was found.
 * @param wanted What requests go over, where that has been said.
 * @param host The machine.
 * @throws {ConnectError} If there is none.
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
  // Without the variable, the next search would not find the proxy.
  const needs = found?.type === "named" ? joinNeeds(searchNeeds, { env: [found.variable] }) : searchNeeds;
  return { ...located, searchNeeds: needs, route: { transport, proxy, mayNeedProxy } };
}

/**
 * Whether the proxy of the environment must be left to `fetch`, which reads those variables by itself and goes through it with
 * the permission for the server alone: where that is there, and the one for the proxy is not.
 */
async function isForFetch(located: Located, proxy: ProxyConfig, host: Host): Promise<boolean> {
  if (isForWireAlone(located)) return false;
  const lacks = async (net: string) => !isEmpty(await host.missing(joinNeeds({ net: [net] })));
  return await lacks(proxyHost(proxy)) && !await lacks(hostOf(located.cluster.server));
}

/** The name that the server is asked by, and that its certificate must hold, when it is not that of its URL. */
export function serverNameOf({ cluster }: Located): string | undefined {
  return cluster.server.startsWith("https:") ? cluster["tls-server-name"] : undefined;
}

/** Whether whoever answers is taken for the server, with whatever certificate. */
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
      `the wire goes through proxies of http:// alone, and ${origin} names one of ${proxy.scheme}://: leave out the ` +
        "option transport, so that fetch is used",
    );
  }
  if (isForWireAlone(located)) {
    const [what, instead] = isUnverified(located)
      ? ["do as insecure-skip-tls-verify says", "name the certificate authority"]
      : ["ask for the tls-server-name", "name the server by a name that its certificate holds"];
    fail(
      proxy && proxy.scheme !== "http"
        ? `only fetch goes through the proxy of ${proxy.scheme}:// that ${origin} names, and it cannot ${what}: ` +
          `use a proxy of http://, or ${instead}`
        : `fetch cannot ${what}: leave out the option transport, so that the wire is used`,
    );
  }
  // Deno's fetch goes by it also where it was told of a proxy; a kubeconfig's is to be used all the same.
  if (proxy && await isExceptedByEnvironment(server, host)) {
    fail("fetch does not go through a proxy to a server that NO_PROXY names: take it out of there");
  }
}
