/** One keep-alive connection: sends a request, reads its answer, then takes the next request. */

import { Answer, type AnswerSource } from "./answer.ts";
import { type AnswerHead, headEnd, parseHead } from "./answer_head.ts";
import { Body } from "./body.ts";
import { brokenBy, closedEarly, givenUp, malformed, WireError } from "./errors.ts";
import { Inflow } from "./inflow.ts";
import type { Limits } from "./limits.ts";
import { plainHead } from "./plain_head.ts";
import { RequestBytes, type ToProxy, type WireRequest } from "./request_bytes.ts";
import type { Socket } from "./socket.ts";
import { turn } from "./turn.ts";

/** What a connection waits for: it is idle ("nothing"), or reads the head, a whole body, or a stream. */
type Phase = "nothing" | "head" | "whole body" | "stream";

/** After this many bytes in a row, the event loop gets a turn: about ten milliseconds of reading. */
const MOST_IN_A_ROW = 2 * 1024 * 1024;

/** There was activity since the last beat. */
const NOT_YET = -1;

/** How long to wait for an answer after a write failed, in milliseconds: a server that refuses a request may say why. */
const LAST_WORDS = 1_000;

/** One connection. It carries one request at a time: see {@link isFree}. */
export class Connection implements AnswerSource {
  readonly #socket: Socket;
  readonly #inflow: Inflow;
  readonly #limits: Limits;
  readonly #host: string;
  readonly #toProxy: ToProxy | undefined;
  readonly #onFree: (connection: Connection) => void;
  readonly #onClosed: (connection: Connection) => void;
  readonly #onHeard: () => void;
  readonly #bytes = new RequestBytes();
  readonly #onAbort: () => void;
  #phase: Phase = "nothing";
  /** For how many milliseconds there has been no activity, counted from the first beat after the last one. */
  #quiet = NOT_YET;
  #isClosed = false;
  /** Whether it is idle and reads, so that it notices when the server closes. */
  #isResting = false;
  /** Why this side ended the connection. */
  #reason: unknown;
  /** The part of the request that has not been written yet. */
  #unsent: Uint8Array | undefined;
  // Created once, not for each request.
  readonly #onWritten = (count: number) => this.#written(count);
  readonly #onWriteError = (error: unknown) => {
    this.#writeError = error;
    // LAST_WORDS begins now, however long the write was stuck.
    this.#quiet = NOT_YET;
  };
  readonly #onRead = (count: number | null) => this.#came(count);
  /** Why the request could not be sent completely. The answer may say more, so it is still awaited for a moment. */
  #writeError: unknown;
  #signal: AbortSignal | undefined;
  #request = 0;
  /** How many bytes of the head have been searched for its end. */
  #scanned = 0;
  #interim = 0;
  /** How many bytes have been read since the event loop last got a turn. */
  #inARow = 0;

  /**
   * @param socket The open socket.
   * @param host The value of the `host` header.
   * @param limits Limits of answers.
   * @param onFree Called each time that the next request can be sent.
   * @param onClosed Called once, when the connection has ended.
   * @param toProxy What is added to requests that go to a proxy without a tunnel.
   * @param onHeard Called whenever something was read.
   */
  constructor(
    socket: Socket,
    host: string,
    limits: Limits,
    onFree: (connection: Connection) => void,
    onClosed: (connection: Connection) => void,
    toProxy?: ToProxy,
    onHeard: () => void = () => {},
  ) {
    this.#socket = socket;
    this.#host = host;
    this.#toProxy = toProxy;
    this.#limits = limits;
    this.#onFree = onFree;
    this.#onClosed = onClosed;
    this.#onHeard = onHeard;
    this.#inflow = new Inflow({ read: (into) => this.#read(into) });
    this.#onAbort = () => this.end(this.#signal!.reason);
  }

  /** Whether a request can be sent: none is under way, and the server has not closed the connection, as far as is known. */
  get isFree(): boolean {
    return !this.#isClosed && this.#phase === "nothing";
  }

  /**
   * Sends a request and waits for the head of the answer. The request is sent once, never retried.
   *
   * @throws {WireError} If there is no answer.
   * @throws {TypeError} If the request contains characters that cannot be sent. Nothing was sent.
   * @throws The reason of the request's signal, when that is aborted.
   */
  async ask(request: WireRequest): Promise<Answer> {
    const bytes = this.#begin(request);
    const isHead = request.method === "HEAD";
    try {
      this.#send(bytes);
      let head = this.#takeHead(isHead);
      while (!head) {
        let isMore: boolean;
        try {
          isMore = this.#inflow.took(await this.#inflow.more());
        } catch (error) {
          throw brokenBy(error, false);
        }
        if (!isMore) throw closedEarly(false);
        head = this.#takeHead(isHead);
      }
      const body = new Body(this.#inflow, head.framing, this.#limits);
      const text = request.asText && isPlain(head) ? body.textIfThere() : undefined;
      const answer = new Answer(this, head, body, this.#request, text);
      if (body.isDone) this.finish(answer);
      return answer;
    } catch (thrown) {
      throw this.fail(thrown);
    }
  }

  /** Closes the connection. A request that is under way fails with the reason. */
  end(reason?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reason = reason;
    this.#letGo();
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
    this.#onClosed(this);
  }

  /** Whether an answer with a time limit is awaited. */
  get isAwaited(): boolean {
    return this.#phase === "head" || this.#phase === "whole body";
  }

  /** Ends the connection when it has been quiet for too long. To be called every `interval` milliseconds or so. */
  beat(interval: number): void {
    this.#quiet = this.#quiet === NOT_YET ? 0 : this.#quiet + interval;
    if (this.#quiet < this.#patience) return;
    this.end(this.#phase === "nothing" ? undefined : this.#silence());
  }

  fail(thrown: unknown): unknown {
    const isOwn = this.#isClosed;
    this.end();
    return isOwn && this.#reason !== undefined ? this.#reason : thrown;
  }

  reading(answer: Answer, phase: "whole body" | "stream"): void {
    if (this.isAbout(answer)) this.#phase = phase;
  }

  checkWanted(answer: Answer): void {
    if (!this.isAbout(answer)) throw givenUp();
  }

  isAbout(answer: Answer): boolean {
    return !this.#isClosed && answer.request === this.#request && this.#phase !== "nothing";
  }

  finish(answer: Answer): void {
    if (!this.isAbout(answer)) return;
    // Bytes after the answer belong to no request, and no request may follow one that was sent only in part.
    if (!answer.head.keepsOpen || this.#unsent || this.#inflow.available > 0) return this.end();
    this.#letGo();
    this.#phase = "nothing";
    this.#quiet = NOT_YET;
    this.rest();
    this.#onFree(this);
  }

  /** Waits for the next request. Whatever arrives meanwhile ends the connection: a close, or bytes that nobody asked for. */
  rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#socket.unref();
    this.#inflow.listen().catch(() => this.#endUnused());
  }

  #endUnused(): void {
    if (this.#phase === "nothing") this.end();
  }

  #silence(): WireError {
    if (this.#writeError !== undefined) return brokenBy(this.#writeError, false);
    const seconds = Math.round(this.#patience / 1_000);
    return new WireError("broken", `the API server was silent for ${seconds} s while a request waited for its answer`);
  }

  get #patience(): number {
    if (this.#writeError !== undefined) return LAST_WORDS;
    switch (this.#phase) {
      case "nothing":
        return this.#limits.idle;
      case "head":
        return this.#limits.firstByte;
      case "whole body":
        return this.#limits.betweenBytes;
      default:
        return Infinity;
    }
  }

  /** Encodes the request and marks the connection as in use. If that throws, the connection stays free. */
  #begin(request: WireRequest): Uint8Array {
    const { signal } = request;
    let bytes: Uint8Array;
    try {
      signal?.throwIfAborted();
      bytes = this.#bytes.of(request, this.#host, this.#toProxy);
    } catch (error) {
      this.rest();
      this.#onFree(this);
      throw error;
    }
    this.#isResting = false;
    this.#request++;
    this.#scanned = 0;
    this.#interim = 0;
    this.#phase = "head";
    this.#quiet = NOT_YET;
    this.#socket.ref();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    return bytes;
  }

  #letGo(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = undefined;
  }

  /** Does not wait: an answer may come before the request is sent completely, such as to one that is too large. */
  #send(bytes: Uint8Array): void {
    this.#unsent = bytes;
    this.#socket.write(bytes).then(this.#onWritten, this.#onWriteError);
  }

  #written(count: number): void {
    this.#quiet = NOT_YET;
    const bytes = this.#unsent!;
    if (count === bytes.length) this.#unsent = undefined;
    else this.#send(bytes.subarray(count));
  }

  #read(into: Uint8Array): Promise<number | null> {
    return this.#inARow > MOST_IN_A_ROW ? this.#readInTurn(into) : this.#socket.read(into).then(this.#onRead);
  }

  async #readInTurn(into: Uint8Array): Promise<number | null> {
    this.#inARow = 0;
    await turn();
    return this.#came(await this.#socket.read(into));
  }

  #came(count: number | null): number | null {
    // An end that this side caused must not be taken for the end of an answer.
    if (this.#isClosed) throw givenUp();
    this.#onHeard();
    this.#inARow += count ?? 0;
    this.#quiet = NOT_YET;
    this.#endUnused();
    return count;
  }

  /** The head of the final answer, if it has arrived completely. */
  #takeHead(isHead: boolean): AnswerHead | undefined {
    const inflow = this.#inflow;
    for (;;) {
      const { buffer, start, end } = inflow;
      // Search no further than the limit, so that the result does not depend on how the bytes are split.
      const to = Math.min(end, start + this.#limits.head);
      const after = headEnd(buffer, start, start + this.#scanned, to);
      if (after < 0) {
        if (end > to) throw malformed(`its head is longer than ${this.#limits.head} bytes`);
        this.#scanned = end - start;
        return undefined;
      }
      const bytes = buffer.subarray(start, after);
      const head = (isHead ? undefined : plainHead(bytes)) ?? parseHead(bytes, isHead);
      inflow.start = after;
      if (head.status >= 200) return head;
      if (head.status === 101) throw malformed("it switches protocols without being asked to");
      if (++this.#interim > this.#limits.interim) throw malformed("it sends too many interim answers (1xx)");
      this.#scanned = 0;
    }
  }
}

/** Whether the body may be decoded at once: a success without content encoding. Error bodies are needed as bytes. */
function isPlain({ status, contentEncoding }: AnswerHead): boolean {
  return status < 300 && contentEncoding === undefined;
}
