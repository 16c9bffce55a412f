/** The proxy that environment variables name, if they may be read. */

import { addressOf } from "../../../wire/mod.ts";
import {
  ConnectError,
  type Host,
  joinNeeds,
  needsNothing,
  parseProxyUrl,
  PROXY_SCHEMES,
  type ProxyConfig,
} from "../found/mod.ts";
import { type Destination, isExcepted, isThisMachine } from "./no_proxy.ts";

/** What the environment says about a proxy for a server. */
export type EnvironmentProxy =
  /** No proxy. */
  | { readonly type: "none" }
  /** A proxy, and the variable that names it. */
  | { readonly type: "named"; readonly proxy: ProxyConfig; readonly variable: string }
  /** The variables may not be read. */
  | { readonly type: "unknown" };

/**
 * Finds the proxy that the environment names for a server. Follows kubectl, and also reads `ALL_PROXY`. Checks each
 * permission first, and never prompts.
 *
 * @param server The server's URL.
 * @param host The machine.
 * @throws {ConnectError} If the variable's value is not a proxy URL.
 */
export async function environmentProxy(server: string, host: Host): Promise<EnvironmentProxy> {
  const destination = destinationOf(server);
  if (isThisMachine(destination)) return { type: "none" };
  const scheme = server.startsWith("https:") ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const names = [...scheme, "ALL_PROXY", "all_proxy"];
  const readable = await readableOf(host, names);
  const variable = readable.find((name) => host.env(name) !== undefined);
  if (variable === undefined) return { type: readable.length === names.length ? "none" : "unknown" };
  if (await isExceptedByEnvironment(server, host)) return { type: "none" };
  const text = host.env(variable)!;
  // A value without a scheme is a host.
  const proxy = parseProxyUrl(text.includes("://") ? text : `http://${text}`);
  if (proxy) return { type: "named", proxy, variable };
  throw new ConnectError(
    `Cannot connect to ${server} as the environment variable ${variable} is not a URL that begins with ${PROXY_SCHEMES}`,
  );
}

/** Whether the environment excludes the server from proxies, as far as it may be read. */
export async function isExceptedByEnvironment(server: string, host: Host): Promise<boolean> {
  const readable = await readableOf(host, ["NO_PROXY", "no_proxy"]);
  const variable = readable.find((name) => host.env(name) !== undefined);
  return variable !== undefined && isExcepted(host.env(variable)!, destinationOf(server));
}

function destinationOf(server: string): Destination {
  return addressOf(new URL(server));
}

async function readableOf(host: Host, names: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(names.map((name) => host.missing(joinNeeds({ env: [name] }))));
  return names.filter((_, index) => needsNothing(answers[index]!));
}
