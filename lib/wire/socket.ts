/** What a connection goes over, where it leads, and how it is secured. */

/** As much of `Deno.Conn` as is used. */
export interface Socket {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  /** From now on, a read keeps the process alive. */
  ref(): void;
  /** From now on, it does not. */
  unref(): void;
}

/** Where a server is. */
export interface Address {
  /** A name or an address, an IPv6 one without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Where the server of a URL is. */
export function addressOf({ protocol, hostname, port }: URL): Address {
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (protocol === "https:" ? 443 : 80)) };
}

/** What a server is trusted by, and what it trusts. */
export interface TlsOptions {
  /** The authority that vouches for the server, as PEM. */
  readonly authority: string | undefined;
  /** The client certificate, as PEM. */
  readonly keyPair: { readonly cert: string; readonly key: string } | undefined;
  /**
   * The name that is asked for and that the certificate must hold.
   * @default {the host's}
   */
  readonly serverName?: string | undefined;
  /**
   * Whether whoever answers is taken for the server, with whatever certificate.
   * @default {false}
   */
  readonly isUnverified?: boolean | undefined;
}
