/** The types of a connection: its socket, its address, and its TLS options. */

/** The part of `Deno.Conn` that is used. */
export interface Socket {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  /** Makes a pending read keep the process alive. */
  ref(): void;
  unref(): void;
}

/** The host and port of a server. */
export interface Address {
  /** A host name or an IP address; IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** The host and port that a URL means, with the scheme's default port. */
export function addressOf({ protocol, hostname, port }: URL): Address {
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (protocol === "https:" ? 443 : 80)) };
}

/** How a TLS connection is secured: which certificate authority is trusted, and which client certificate is sent. */
export interface TlsOptions {
  /** The CA certificate that the server's certificate is checked against, as PEM; `undefined` for the system's. */
  readonly authority: string | undefined;
  /** The client certificate, as PEM. */
  readonly keyPair: { readonly cert: string; readonly key: string } | undefined;
  /**
   * The name to send as SNI; the server's certificate must be for it.
   * @default {the host name of the address}
   */
  readonly serverName?: string | undefined;
  /**
   * Accepts any certificate, without a check (`insecure-skip-tls-verify`).
   * @default {false}
   */
  readonly isUnverified?: boolean | undefined;
}
