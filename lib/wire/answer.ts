/** One answer and the ways to read its body: whole, or as a stream. */

import type { AnswerHead } from "./answer_head.ts";
import type { Body } from "./body.ts";

/** Measures how long a stream waited for its bytes. The reader's own work in between is not counted. */
export interface Meter {
  /** The time, in milliseconds. */
  now(): number;
  /** Called when the body has been read to its end. @param bytes Its size. @param waited Milliseconds. */
  read(bytes: number, waited: number): void;
}

/** The part of a connection that an answer needs to read its body. */
export interface AnswerSource {
  /** Says how the rest of an answer is read, which decides its time limit. */
  reading(answer: Answer, phase: "whole body" | "stream"): void;
  /** Throws if the answer was given up: no more of its bytes may be handed out, even if they are there. */
  checkWanted(answer: Answer): void;
  /** Whether this answer is still being read: the connection is not closed, idle, or at a later answer. */
  isAbout(answer: Answer): boolean;
  /** To be called when an answer has been read to its end: frees the connection. */
  finish(answer: Answer): void;
  /** Ends the connection, and returns the error to throw: the reason of this side's end, if it had one, else what was thrown. */
  fail(thrown: unknown): unknown;
  /** Closes the connection. */
  end(): void;
}

/** An answer. Its body must be read once, whole or as a stream, or be dropped; until then its connection is in use. */
export class Answer {
  readonly #connection: AnswerSource;
  /** The status line and headers. */
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

  get status(): number {
    return this.head.status;
  }

  /**
   * The whole body.
   *
   * @throws {WireError} If the body ends too early, is malformed, or is too long.
   * @throws The reason of the request's signal, when that is aborted.
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
   * The whole body, decoded as UTF-8. Only with {@link WireRequest.asText} is it returned at once, if it arrived with the head.
   *
   * @throws As {@link bytes}.
   */
  text(): string | Promise<string> {
    return this.#text ?? this.bytes().then((bytes) => new TextDecoder().decode(bytes));
  }

  /**
   * The body as a stream, with the errors of {@link bytes}. {@link piecesOf} is a cheaper way to read it.
   *
   * @param meter Measures it, if it is read by {@link piecesOf}.
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
   * Waits for the next bytes of the body; `undefined` at the end. They are valid until the next call.
   *
   * @throws As {@link bytes}.
   */
  async next(): Promise<Uint8Array | undefined> {
    try {
      if (!this.body.isDone) {
        this.#connection.checkWanted(this);
        const piece = this.#meter ? await this.#timed(this.#meter) : await this.body.next();
        // Also the last piece stays valid until the next call: nothing further is read from the connection before that.
        if (piece) return piece;
      }
      this.#meter?.read(this.#bytes, this.#waited);
      this.#connection.finish(this);
      return undefined;
    } catch (thrown) {
      throw this.#connection.fail(thrown);
    }
  }

  /** Like {@link next}, but only bytes that have already arrived; otherwise `undefined`, without waiting. */
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

  /** Gives up the body. The connection ends, unless the body has been read to its end. */
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
        // For a reader without a buffer: a copy of the size of the piece, which may be one byte.
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
  /** Waits for the next bytes; `undefined` at the end. They are valid until the next call. */
  read(): Promise<Uint8Array | undefined>;
  /** Like {@link read}, but without waiting: `undefined` if nothing has arrived yet. Saves a wait for each small chunk. */
  here(): Uint8Array | undefined;
  cancel(): Promise<void>;
}

/** The answer of each stream that was handed out. */
const answers = new WeakMap<ReadableStream, Answer>();

/**
 * Reads a stream of {@link Answer.stream} directly from the connection, at a fraction of the cost of a stream's reader. Returns
 * `undefined` for any other stream, and for one that is locked. The stream is locked from then on.
 */
export function piecesOf(stream: ReadableStream): Pieces | undefined {
  const answer = stream.locked ? undefined : answers.get(stream);
  if (!answer) return undefined;
  // Locks the stream.
  const reader = stream.getReader();
  return { read: () => answer.next(), here: () => answer.here(), cancel: async () => await reader.cancel() };
}
