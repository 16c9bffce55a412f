/** Evaluates `NO_PROXY` by the rules of Go's `golang.org/x/net/http/httpproxy`, which kubectl uses. Pure. */

/** The destination of a request. */
export interface Destination {
  /** Lower case; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Whether a server is on this machine. The environment never names a proxy for that. */
export function isThisMachine({ hostname }: Destination): boolean {
  const address = addressOf(hostname);
  return hostname === "localhost" || hostname === "::1" || address?.length === 32 && address.startsWith(LOOPBACK);
}

/**
 * Whether a list such as `example.com,.example.org,10.0.0.0/8,[::1]:6443` includes a server. `example.com` matches
 * itself and its subdomains, `.example.com` and `*.example.com` only the subdomains, and `*` everything.
 */
export function isExcepted(list: string, destination: Destination): boolean {
  return list.split(",").map((each) => each.trim().toLowerCase()).some((each) =>
    each === "*" || each !== "" && (isInNetwork(each, destination) ?? isNamed(each, destination))
  );
}

/** `undefined` if the entry is not a network. */
function isInNetwork(entry: string, { hostname }: Destination): boolean | undefined {
  const [, base, length] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
  const whole = base === undefined ? undefined : writtenBits(base);
  if (!whole || Number(length) > whole.length) return undefined;
  const network = whole.slice(0, Number(length));
  const isMapped = network.startsWith(MAPPED);
  const address = addressOf(hostname);
  if (address?.length !== (isMapped ? 32 : whole.length)) return false;
  return address.startsWith(isMapped ? network.slice(MAPPED.length) : network);
}

function isNamed(entry: string, { hostname, port }: Destination): boolean {
  const [, before, wanted] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (wanted !== undefined && Number(wanted) !== port) return false;
  const name = before?.replace(/^\[|\]$/g, "") ?? entry;
  const address = addressOf(name);
  if (address) return address === addressOf(hostname);
  if (name.startsWith(".") || name.startsWith("*.")) return hostname.endsWith(name.replace(/^\*/, ""));
  return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
}

/** The bits of an address, 32 or 128. An IPv4 address written as IPv6 gives 32 bits. `undefined` for a name. */
function addressOf(text: string): string | undefined {
  const bits = writtenBits(text);
  return bits?.startsWith(MAPPED) ? bits.slice(MAPPED.length) : bits;
}

/** The bits of an address as it is written. */
function writtenBits(text: string): string | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number);
    return parts.every((part) => part < 256) ? bitsOf(parts, 8) : undefined;
  }
  const whole = text.includes(":") ? URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) : undefined;
  if (whole === undefined) return undefined;
  const [front = "", back] = whole.split("::");
  const [first, last] = [front, back ?? ""].map((half) =>
    half === "" ? [] : half.split(":").map((x) => parseInt(x, 16))
  );
  const zeros = back === undefined ? [] : Array<number>(8 - first!.length - last!.length).fill(0);
  return bitsOf([...first!, ...zeros, ...last!], 16);
}

/** The prefix of `127.0.0.0/8`. */
const LOOPBACK = "01111111";

/** The prefix of an IPv4 address written as IPv6: `::ffff:0:0/96`. */
const MAPPED = "0".repeat(80) + "1".repeat(16);

function bitsOf(parts: readonly number[], size: number): string {
  return parts.map((part) => part.toString(2).padStart(size, "0")).join("");
}
