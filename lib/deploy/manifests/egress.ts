/** What the net permissions of an operator mean for a NetworkPolicy. Pure. */

/** An address of a net permission, as far as a NetworkPolicy tells it apart. */
export type Peer =
  /** An address, or a block of them. */
  | { readonly type: "block"; readonly cidr: string; readonly port: number | undefined }
  /** A Service of the cluster. Its pods may listen at other ports than it. */
  | { readonly type: "service"; readonly namespace: string | undefined }
  /** A name that only DNS knows. */
  | { readonly type: "name"; readonly name: string; readonly port: number | undefined }
  /** All addresses of the pod: it listens there. */
  | { readonly type: "listening"; readonly port: number | undefined }
  /** The pod itself, which no policy concerns. */
  | { readonly type: "self" };

/** What a net permission allows to reach: `shop.example:443`, `10.0.0.1`, `[::1]:80`, `10.0.0.0/8`. */
export function peerOf(permission: string): Peer {
  const { host, port } = splitPort(permission);
  if (host === "0.0.0.0" || host === "::") return { type: "listening", port };
  if (host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host)) return { type: "self" };
  if (isCidr(host)) return { type: "block", cidr: host, port };
  if (isIpv4(host)) return { type: "block", cidr: `${host}/32`, port };
  if (isIpv6(host)) return { type: "block", cidr: `${host}/128`, port };
  const labels = host.replace(/\.$/, "").split(".");
  if (labels.length === 1) return { type: "service", namespace: undefined };
  if (labels[2] === "svc") return { type: "service", namespace: labels[1] };
  return { type: "name", name: host, port };
}

function splitPort(permission: string): { host: string; port: number | undefined } {
  const [, bracketed, bare, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(permission) ?? [];
  const host = bracketed ?? bare ?? permission;
  return { host, port: port === undefined ? undefined : Number(port) };
}

/** The ports at which an operator listens besides that of metrics, such as of a page of its own. */
export function openPorts(permissions: readonly string[]): readonly number[] {
  const ports = permissions.map(peerOf).flatMap((peer) => peer.type === "listening" ? peer.port ?? [] : []);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Whether a text is a block of addresses: `10.0.0.0/8`, `fd00::/8`. */
export function isCidr(value: unknown): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(String(value)) ?? [];
  return isIpv4(address) && Number(bits) <= 32 || isIpv6(address) && Number(bits) <= 128;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Not one that stands for an address of version 4: a NetworkPolicy must not have those. */
function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(":")) return false;
  const address = URL.parse(`http://[${text}]/`)?.hostname;
  return address !== undefined && !/^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(address);
}
