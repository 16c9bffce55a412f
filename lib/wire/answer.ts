/** One answer, and the ways to read its body. */

import type { AnswerHead } from "./answer_head.ts";
import type { Body } from "./body.ts";

/** Measures how long a body was waited for that is read as it comes. What its reader does meanwhile does not count. */
export interface Meter {
  /** The time, in milliseconds. */
  now(): number;
  /** The body has been read to its end. */
  read(bytes: number, waited: number): void;
}

/** What an answer comes by: as much of a connection as reading it takes. */
export interface AnswerSource {
  /** How the rest of an answer is waited for. */
  reading(answer: Answer, phase: "whole body" | "stream"): void;
  /** Throws when the rest of an answer was given up: what has come of it before is nobody's any more. */
  checkWanted(answer: Answer): void;
  /** Whether it is still about this answer, and not closed or about another. */
  isAbout(answer: Answer): boolean;
  /** An answer has been read to its end. */
  finish(answer: Answer): void;
  /** The error that a failure stands for. The connection has ended with it. */
  fail(thrown: unknown): unknown;
  /** Ends it, with all that is under way. */
  end(): void;
}

/** An answer: its head, and what is to be done about its body. Whoever has one reads the body, as one of both, or drops it. */
export class Answer {
  readonly #connection: AnswerSource;
  /** What stands above the body. */
  readonly head: AnswerHead;
  /** @internal */
  readonly body: Body;
  /** @internal */
  readonly request: number;

  readonly #text: string | undefined;
  #meter: Meter | undefined;
  #bytes = 0;
  #waited = 0;

  /** @internal */
  constructor(connection: AnswerSource, head: AnswerHead, body: Body, request: number, text?: string) {
    this.#connection = connection;
    this.head = head;
    this.body = body;
    this.request = request;
    this.#text = text;
  }

  /** The HTTP status. */
  get status(): number {
    return this.head.status;
  }

  /**
   * The body as a whole.
   *
   * @throws {WireError} If it ends too early, or is too long.
   * @throws The reason of the request's signal.
   */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#text !== undefined) return new TextEncoder().encode(this.#text);
    if (this.body.isDone) return new Uint8Array(0);
    const connection = this.#connection;
    connection.reading(this, "whole body");
    try {
      connection.checkWanted(this);
      const bytes = await this.body.all();
      connection.finish(this);
      return bytes;
    } catch (thrown) {
      throw connection.fail(thrown);
    }
  }

  /**
   * The body as one text, of UTF-8; at once when it has come with the head, which is so for {@link WireRequest.asText} alone.
   *
   * @throws As {@link bytes}.
   */
  text(): string | Promise<string> {
    return this.#text ?? this.bytes().then((bytes) => new TextDecoder().decode(bytes));
  }

  /**
   * The body as it comes. It errs as {@link bytes} throws. Whoever only reads it may do so by {@link piecesOf}.
   *
   * @param meter Measures it.
   */
  stream(meter?: Meter): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#meter = meter;
    this.#connection.reading(this, "stream");
    const stream = new ReadableStream({
      type: "bytes",
      pull: async (controller: ReadableByteStreamController) => await this.#pull(controller),
      cancel: () => this.drop(),
    });
    answers.set(stream, this);
    return stream;
  }

  /**
   * The next bytes of the body; `undefined` at its end. They hold until the next call, and are measured.
   *
   * @throws As {@link bytes}.
   */
  async next(): Promise<Uint8Array | undefined> {
    try {
      if (!this.body.isDone) {
        this.#connection.checkWanted(this);
        const piece = this.#meter ? await this.#timed(this.#meter) : await this.body.next();
        // The last one holds until the next call, too: what comes after it on the connection is not read before.
        if (piece) return piece;
      }
      this.#meter?.read(this.#bytes, this.#waited);
      this.#connection.finish(this);
      return undefined;
    } catch (thrown) {
      throw this.#connection.fail(thrown);
    }
  }

  /** The next bytes of the body, when they have come already. As {@link next} otherwise. */
  here(): Uint8Array | undefined {
    try {
      const piece = this.body.isDone ? undefined : this.body.here();
      if (this.#meter) this.#bytes += piece?.length ?? 0;
      return piece;
    } catch (thrown) {
      throw this.#connection.fail(thrown);
    }
  }

  async #timed(meter: Meter): Promise<Uint8Array | undefined> {
    const from = meter.now();
    const piece = await this.body.next();
    this.#waited += meter.now() - from;
    this.#bytes += piece?.length ?? 0;
    return piece;
  }

  /** Gives up the body. When it is not all there, the connection ends. */
  drop(): void {
    if (this.#connection.isAbout(this)) this.#connection.end();
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest;
    let count = 0;
    let piece: Uint8Array<ArrayBuffer> | undefined;
    try {
      if (!this.body.isDone) {
        this.#connection.checkWanted(this);
        if (request) count = await this.body.readInto(bytesOf(request.view!));
        // For a reader that brings no buffer: as large as what has come, which may be a byte.
        else piece = (await this.body.next())?.slice();
      }
    } catch (thrown) {
      throw this.#connection.fail(thrown);
    }
    if (this.body.isDone) this.#connection.finish(this);
    if (piece) return controller.enqueue(piece);
    if (count === 0) controller.close();
    request?.respond(count);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Reads a body piece by piece. */
export interface Pieces {
  /** The next bytes; `undefined` at the end. They hold until the next call. */
  read(): Promise<Uint8Array | undefined>;
  /** The next bytes, when they have come already: an answer in small chunks costs no wait for each. As {@link read} otherwise. */
  here(): Uint8Array | undefined;
  /** Gives the body up. */
  cancel(): Promise<void>;
}

/** Whose bodies streams are. */
const answers = new WeakMap<ReadableStream, Answer>();

/**
 * The pieces of a stream that is the body of an answer, straight from the connection: a stream costs several times as much for
 * each. `undefined` for any other stream, and for one that somebody reads. The stream itself must not be read any more.
 */
export function piecesOf(stream: ReadableStream): Pieces | undefined {
  const answer = stream.locked ? undefined : answers.get(stream);
  if (!answer) return undefined;
  // Locked, as by any reader.
  const reader = stream.getReader();
  return { read: () => answer.next(), here: () => answer.here(), cancel: async () => await reader.cancel() };
}
