/** What goes wrong on a connection. */

/** Why there is no answer. */
export type WireFailure =
  /** No connection came about: nothing was sent. */
  | "unreachable"
  /** Somebody is there, but the certificate is not to be trusted: nothing was sent. */
  | "untrusted"
  /** The connection broke after something may have been sent. */
  | "broken";

/** There is no answer. */
export class WireError extends Error {
  /** Tells the class from others. */
  override readonly name = "WireError";
  /** Why there is no answer. */
  readonly failure: WireFailure;

  /**
   * An error for an answer that did not come.
   *
   * @param failure Why.
   * @param message What happened, as a clause.
   * @param options The cause, if one.
   */
  constructor(failure: WireFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** An answer that is not what HTTP/1.1 allows: what it means, and where it ends, nobody knows. */
export function malformed(what: string): WireError {
  return new WireError("broken", `the answer is not HTTP/1.1 as it should be (${what})`);
}

/** Names of Deno's errors that tell of a connection which ended by force. */
const RESETS = new Set(["ConnectionReset", "BrokenPipe", "ConnectionAborted"]);

/**
 * What a connection died of.
 *
 * @param error What reading or writing threw.
 * @param inBody Whether a part of the answer's body was there.
 */
export function brokenBy(error: unknown, inBody: boolean): WireError {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const cause = { cause: error };
  if (inBody) {
    // What Deno says of it ends with the address of a page.
    const what = name === "UnexpectedEof" ? "closed without a TLS close_notify" : message;
    return new WireError(
      "broken",
      `the connection to the API server broke in the middle of the answer (${what})`,
      cause,
    );
  }
  if (RESETS.has(name)) {
    const problem = `the connection to the API server was reset before the answer was there (${message})`;
    return new WireError("broken", problem, cause);
  }
  if (name === "UnexpectedEof") {
    const problem =
      "the connection to the API server ended before the answer was there, and without a TLS close_notify: the " +
      "server, or what stands before it, died or was ended";
    return new WireError("broken", problem, cause);
  }
  return new WireError("broken", `the connection to the API server broke (${message})`, cause);
}

/** The other side has closed in order, too early. */
export function closedEarly(inBody: boolean): WireError {
  return new WireError(
    "broken",
    inBody
      ? "the connection to the API server broke in the middle of the answer (closed by the other side)"
      : "the connection to the API server broke (closed by the other side before the answer was there)",
  );
}

/** This side has closed, and wants no more of the answer. */
export function givenUp(): WireError {
  return new WireError("broken", "the answer of the API server was given up before its end");
}
