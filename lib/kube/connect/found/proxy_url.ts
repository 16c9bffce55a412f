/** The URL of a proxy: what it may contain, and which parts are never shown. Pure. */

/** A proxy on the way to the server. */
export interface ProxyConfig {
  /** Its whole URL, which may hold a password. */
  readonly href: string;
  /** Its scheme: `http`, `https`, `socks5` or `socks5h`. */
  readonly scheme: string;
  /** A name or an address; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`; `undefined` for none. */
  readonly authorization: string | undefined;
}

/** The schemes, each with its default port. */
const PORTS: ReadonlyMap<string, number> = new Map([["http", 80], ["https", 443], ["socks5", 1080], ["socks5h", 1080]]);

/** The schemes, for errors. */
export const PROXY_SCHEMES = "http://, https:// or socks5://";

/** Parses the URL of a proxy; `undefined` if it is not one. */
export function parseProxyUrl(text: string): ProxyConfig | undefined {
  const url = URL.parse(text);
  const scheme = url?.protocol.slice(0, -1) ?? "";
  const usual = PORTS.get(scheme);
  if (!url || usual === undefined || url.hostname === "") return undefined;
  const { username, password, port } = url;
  const proof = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`).toBase64();
  return {
    href: text,
    scheme,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || usual),
    authorization: username === "" && password === "" ? undefined : `Basic ${proof}`,
  };
}

/** The proxy's host and port, as the net permission names it. */
export function proxyHost({ hostname, port }: ProxyConfig): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** A part of a URL without percent encoding. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The percent sign was meant literally.
    return text;
  }
}
