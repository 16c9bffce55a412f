/** The URL of an API server: what it may contain, and which parts are never shown. */

import { ConnectError } from "./errors.ts";
import type { Located, UserConfig } from "./located.ts";
import { decoded } from "./proxy_url.ts";

/** Whether a text is a server's URL. */
export function isServerUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

/** A text that should have been a URL, for an error; hides one that may contain a password. */
export function shownUrl(text: string): string {
  return text.includes("@") ? "(not shown, as it may contain a password)" : `"${text}"`;
}

/**
 * Removes the parts of the server's URL that logs should not show: the query, the fragment, the user name and the
 * password. As in Go's HTTP client, the name and password are sent if the user has no other credentials.
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
  // Removes the slash that the parser adds to a bare host.
  const server = url.pathname === "/" ? url.origin : url.href;
  if (username === "" && password === "") return { ...located, cluster: { ...cluster, server } };
  const proof = hasAuthorization(user) ? {} : { username: decoded(username), password: decoded(password) };
  return { ...located, cluster: { ...cluster, server }, user: { ...user, ...proof } };
}

/**
 * Checks that no token or password is sent where anybody on the way can read it.
 *
 * @throws {ConnectError} If it would be: the server uses plain HTTP, and is on another machine or behind a proxy.
 */
export function checkPlainHttp({ cluster: { server }, user, source, route }: Located): void {
  if (!hasAuthorization(user) || !server.startsWith("http:")) return;
  if (isLoopback(new URL(server).hostname) && !route?.proxy) return;
  throw new ConnectError(
    `Cannot connect to ${server} (${source}) as its credentials would be sent in the clear: use https, or the option ` +
      "allowPlainHttp if nobody on the way can read them",
  );
}

function hasAuthorization({ token, tokenFile, username, password, exec }: UserConfig): boolean {
  return Boolean(token || tokenFile || username || password || exec);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}
