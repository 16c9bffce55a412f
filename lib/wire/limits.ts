/** Limits of connections and answers: times and sizes. */

/**
 * Limits of connections and answers. Times are in milliseconds and may be exceeded by a few seconds, never cut short; sizes in
 * bytes.
 */
export interface Limits {
  /** Of a TCP connection attempt. Go's clients allow 30 s; within 10 s, TCP has tried three times. */
  readonly connect: number;
  /** Of a TLS handshake; the same as in Go's clients. */
  readonly handshake: number;
  /**
   * The wait for the first byte of an answer. An API server ends every request except a watch after 60 s
   * (`--request-timeout`), whatever its webhooks do.
   */
  readonly firstByte: number;
  /** The longest pause inside an answer that is read as a whole. A stream may be silent: its reader decides. */
  readonly betweenBytes: number;
  /**
   * How long an unused connection is kept. This is less than the idle timeout of the API server (90 s) and of common proxies
   * before it (60 s and more), so that this side closes first. Otherwise a request could meet a connection that the server is
   * just closing, and nobody would know whether it was carried out.
   */
  readonly idle: number;
  /** Size of an answer's head, and of its trailers. An API server's head has some 400 bytes, with warnings up to 5,000. */
  readonly head: number;
  /** Size of a body that is read as a whole: the longest string of V8. */
  readonly body: number;
  /** How many interim answers (1xx) may come before the final one. API servers send none. */
  readonly interim: number;
}

/** The default limits. */
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
