/** What requests go over: the wire, or Deno's `fetch`. */

import type { HttpMethods } from "@cloudydeno/kubernetes-client";
import type { HeaderLines } from "../../../wire/mod.ts";
import type { Header, KeyPair } from "../found/mod.ts";

/** A request, complete. */
export interface LineRequest {
  readonly method: HttpMethods;
  /** The path with its parameters, as a URL has it. */
  readonly target: string;
  /** One line each: values of one name are not joined. */
  readonly headers: readonly Header[];
  /** The same for the wire, which checks them once. */
  readonly lines: HeaderLines | undefined;
  /** Absent for none. */
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
  readonly signal: AbortSignal | undefined;
  /** Whether the answer's body is wanted by {@link LineAnswer.text}, or as bytes, and not as a stream. */
  readonly asText: boolean;
}

/** An answer whose body is still to be read, one way or another. */
export interface LineAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** The body as a whole. */
  bytes(): Promise<Uint8Array>;
  /** The body as one text, of UTF-8: at once, when it is there. */
  text(): string | Promise<string>;
  /** The body as it comes. */
  stream(): ReadableStream<Uint8Array>;
  /** Gives the body up. */
  drop(): Promise<void> | void;
}

/** How a connection is secured. */
export interface Security {
  /** What vouches for the server, as PEM. */
  readonly authority: string | undefined;
  /** The client certificate. */
  readonly keyPair: KeyPair | undefined;
}

/** Sends requests to one server, each once. */
export interface Line {
  /**
   * Sends a request.
   *
   * @throws What stands for there being no answer; the signal's reason.
   */
  send(request: LineRequest): Promise<LineAnswer>;
  /**
   * From now on, new connections are secured otherwise.
   *
   * @throws {Error} If they cannot be; then all stays as it was.
   */
  secure(security: Security): void;
  /** Gives back the connections. */
  close(): void;
}
