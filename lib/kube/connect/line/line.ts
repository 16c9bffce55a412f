/** A line carries requests: the wire, or Deno's `fetch`. */

import type { HttpMethods } from "@cloudydeno/kubernetes-client";
import type { HeaderLines } from "../../../wire/mod.ts";
import type { Header, KeyPair } from "../found/mod.ts";

/** A complete request. */
export interface LineRequest {
  readonly method: HttpMethods;
  /** The path with its query, as in a URL. */
  readonly target: string;
  /** One entry for each header line: values of one name are not joined. */
  readonly headers: readonly Header[];
  /** The same headers prepared for the wire, which checks them only once. */
  readonly lines: HeaderLines | undefined;
  /** `undefined` for a request without a body. */
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
  readonly signal: AbortSignal | undefined;
  /** Whether the body will be read by {@link LineAnswer.text} or {@link LineAnswer.bytes}, and not as a stream. */
  readonly asText: boolean;
}

/** An answer whose body is still to be read in one of these ways. */
export interface LineAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Reads the whole body. */
  bytes(): Promise<Uint8Array>;
  /** Reads the whole body as UTF-8 text; synchronously, if it has already arrived. */
  text(): string | Promise<string>;
  /** Streams the body. */
  stream(): ReadableStream<Uint8Array>;
  /** Discards the body. */
  drop(): Promise<void> | void;
}

/** How a connection is secured. */
export interface Security {
  /** The certificate authority, as PEM. */
  readonly authority: string | undefined;
  /** The client certificate. */
  readonly keyPair: KeyPair | undefined;
}

/** Sends requests to one server, each at most once. */
export interface Line {
  /**
   * Sends a request.
   *
   * @throws A connection error if there is no answer, or the signal's reason.
   */
  send(request: LineRequest): Promise<LineAnswer>;
  /**
   * Changes how new connections are secured.
   *
   * @throws {Error} If the values cannot be used. Then nothing changes.
   */
  secure(security: Security): void;
  /** Closes the connections. */
  close(): void;
}
