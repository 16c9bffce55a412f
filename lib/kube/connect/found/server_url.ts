/** The URL of an API server: what may stand in one, and what is never shown of it. */

import { ConnectError } from "./errors.ts";
import type { Located, UserConfig } from "./located.ts";
import { decoded } from "./proxy_url.ts";

/** Whether a text is the URL of a server. */
export function isServerUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

/** A text that was meant as a URL, for an error: nothing of one that may hold a password. */
export function shownUrl(text: string): string {
  return text.includes("@") ? "(left out, as it may hold a password)" : `"${text}"`;
}

/**
 * Takes out of the server's URL what every log would show: a query and a fragment, which are of no use, and a name and a
 * password. As Go's HTTP client does, these are sent when the user proves itself by nothing else.
 */
export function withoutSecretParts(located: Located): Located {
  const { cluster, user } = located;
  const url = new URL(cluster.server);
  const { username, password, search, hash } = url;
  if (username === "" && password === "" && search === "" && hash === "") return located;
  url.username =
    url.password =
    url.search =
    url.hash =
      "";
  // Without the slash that the parser adds to a bare host.
  const server = url.pathname === "/" ? url.origin : url.href;
  if (username === "" && password === "") return { ...located, cluster: { ...cluster, server } };
  const proof = hasAuthorization(user) ? {} : { username: decoded(username), password: decoded(password) };
  return { ...located, cluster: { ...cluster, server }, user: { ...user, ...proof } };
}

/**
 * Makes sure that no token or password is sent for all on the way to read.
 *
 * @throws {ConnectError} If it would be: the server speaks plain HTTP, and is not this machine, or is behind a proxy.
 */
export function checkPlainHttp({ cluster: { server }, user, source, route }: Located): void {
  if (!hasAuthorization(user) || !server.startsWith("http:")) return;
  if (isLoopback(new URL(server).hostname) && !route?.proxy) return;
  throw new ConnectError(
    `Cannot connect to ${server} (${source}) as its credentials would be sent in the clear: use https, or the option ` +
      "allowPlainHttp if nobody but the server can read along",
  );
}

function hasAuthorization({ token, tokenFile, username, password, exec }: UserConfig): boolean {
  return Boolean(token || tokenFile || username || password || exec);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}
