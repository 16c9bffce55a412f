/** Errors of connections. */

/** Why there is no answer. */
export type WireFailure =
  /** No connection could be made. Nothing was sent. */
  | "unreachable"
  /** The server's certificate is not trusted. Nothing was sent. */
  | "untrusted"
  /** The connection broke. The request may have been sent and carried out. */
  | "broken";

/** A request got no answer. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly failure: WireFailure;

  /**
   * @param failure Why there is no answer.
   * @param message What happened, as a clause without a capital.
   * @param options The cause, if there is one.
   */
  constructor(failure: WireFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The error for an answer that breaks the rules of HTTP/1.1: its meaning and its end are unknown. */
export function malformed(what: string): WireError {
  return new WireError("broken", `the answer is not valid HTTP/1.1 (${what})`);
}

/** Names of Deno's errors for a connection that was reset. */
const RESETS = new Set(["ConnectionReset", "BrokenPipe", "ConnectionAborted"]);

/**
 * The error for a failed read or write.
 *
 * @param error What reading or writing threw.
 * @param inBody Whether a part of the answer's body had arrived.
 */
export function brokenBy(error: unknown, inBody: boolean): WireError {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const cause = { cause: error };
  if (inBody) {
    // Deno's own message ends with the URL of a page.
    const what = name === "UnexpectedEof" ? "closed without a TLS close_notify" : message;
    return new WireError(
      "broken",
      `the connection to the API server broke in the middle of the answer (${what})`,
      cause,
    );
  }
  if (RESETS.has(name)) {
    const problem = `the connection to the API server was reset before the answer arrived (${message})`;
    return new WireError("broken", problem, cause);
  }
  if (name === "UnexpectedEof") {
    const problem =
      "the connection to the API server ended before the answer arrived, without a TLS close_notify: the " +
      "server, or a proxy in front of it, crashed or was stopped";
    return new WireError("broken", problem, cause);
  }
  return new WireError("broken", `the connection to the API server broke (${message})`, cause);
}

/** The error for a server that closed the connection properly but too early. */
export function closedEarly(inBody: boolean): WireError {
  return new WireError(
    "broken",
    inBody
      ? "the connection to the API server broke in the middle of the answer (closed by the other side)"
      : "the connection to the API server broke (closed by the other side before the answer arrived)",
  );
}

/** The error for an answer that this side gave up. */
export function givenUp(): WireError {
  return new WireError("broken", "the answer of the API server was given up before its end");
}
