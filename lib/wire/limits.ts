/** What an answer and a connection may take. */

/** Limits of connections and answers. Times are in milliseconds, kept to within some seconds and never cut short; sizes in bytes. */
export interface Limits {
  /** How long the address may take to answer. Go's clients allow 30 s; after 10 s, three attempts of TCP have gone unheard. */
  readonly connect: number;
  /** How long the TLS handshake may take, as in Go's clients. */
  readonly handshake: number;
  /**
   * How long there may be no byte of an answer. An API server ends every request but a watch after 60 s
   * (`--request-timeout`), whatever its webhooks do.
   */
  readonly firstByte: number;
  /** How long an answer that is read as a whole may pause. One that is read as a stream may be silent: its reader knows better. */
  readonly betweenBytes: number;
  /**
   * How long an unused connection is kept. Less than the API server (90 s) and the usual proxies before it (60 s and more)
   * keep theirs, so that it is always this side that closes: a write on a connection that the other side is just closing
   * breaks, and nobody knows whether it was carried out.
   */
  readonly idle: number;
  /** How long the head of an answer may be, and its trailers. An API server's has some 400 bytes, with warnings up to 5,000. */
  readonly head: number;
  /** How long a body may be that is read as a whole: as long as a text can be in V8. */
  readonly body: number;
  /** How many interim answers (1xx) may come before one that counts. No API server sends any. */
  readonly interim: number;
}

/** The limits that hold unless others are given. */
export const LIMITS: Limits = {
  connect: 10_000,
  handshake: 10_000,
  firstByte: 75_000,
  betweenBytes: 75_000,
  idle: 30_000,
  head: 65_536,
  body: 2 ** 29 - 24,
  interim: 8,
};
