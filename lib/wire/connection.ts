/** One connection: a request, its answer, and then the next. */

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

/** What a connection waits for. */
type Phase = "nothing" | "head" | "whole body" | "stream";

/** So many bytes are read before everything else has a turn: some ten milliseconds of reading. */
const MOST_IN_A_ROW = 2 * 1024 * 1024;

/** No beat has come since something happened. */
const NOT_YET = -1;

/** How long an answer is waited for when the request could not be sent whole, in milliseconds. */
const LAST_WORDS = 1_000;

/** One connection. Only one request at a time: see {@link isFree}. */
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
  /** For how many milliseconds nothing has happened, counted from the first beat after it did. */
  #quiet = NOT_YET;
  #isClosed = false;
  /** Whether it waits for the next request, and hears when the other side closes. */
  #isResting = false;
  /** What it was ended for, by this side. */
  #reason: unknown;
  /** What is left of a request that is being sent. */
  #unsent: Uint8Array | undefined;
  // Made once: each request would make them anew.
  readonly #onWritten = (count: number) => this.#written(count);
  readonly #onWriteError = (error: unknown) => {
    this.#writeError = error;
    // The moment for last words begins now, however long the write was stuck.
    this.#quiet = NOT_YET;
  };
  readonly #onRead = (count: number | null) => this.#came(count);
  /** Why not all of the request could be sent. The answer may say more, and is waited for a moment longer. */
  #writeError: unknown;
  #signal: AbortSignal | undefined;
  #request = 0;
  /** How much of the head was looked at, without finding its end. */
  #scanned = 0;
  /** How many interim answers have come before the head. */
  #interim = 0;
  /** How many bytes have been read since the last turn that was left to others. */
  #inARow = 0;

  /**
   * @param socket What it goes over.
   * @param host What the host's header says.
   * @param limits What an answer may take.
   * @param onFree Told when the next request can be sent.
   * @param onClosed Told when none can any more, once.
   * @param toProxy For requests that are given to a proxy as they stand.
   * @param onHeard Told when something has come.
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

  /** Whether a request can be sent: nothing is under way, and the other side has not closed, as far as is known here. */
  get isFree(): boolean {
    return !this.#isClosed && this.#phase === "nothing";
  }

  /**
   * Sends a request and waits for the head of the answer. It leaves once: whatever is thrown is not sent again.
   *
   * @throws {WireError} If there is no answer.
   * @throws {TypeError} If it cannot be sent as it stands; nothing was.
   * @throws The signal's reason.
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

  /** Ends it, with all that is under way. */
  end(reason?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reason = reason;
    this.#letGo();
    try {
      this.#socket.close();
    } catch {
      // It has closed by itself.
    }
    this.#onClosed(this);
  }

  /** Whether an answer is waited for that has a deadline. */
  get isAwaited(): boolean {
    return this.#phase === "head" || this.#phase === "whole body";
  }

  /** Called about every so many milliseconds, those since the last time: ends it when it has been quiet for too long. */
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
    // What comes without having been asked for belongs to nobody; a request that is not sent whole cannot be followed by another.
    if (!answer.head.keepsOpen || this.#unsent || this.#inflow.available > 0) return this.end();
    this.#letGo();
    this.#phase = "nothing";
    this.#quiet = NOT_YET;
    this.rest();
    this.#onFree(this);
  }

  /** Waits for the next request. Meanwhile, anything that comes ends it: the other side has closed, or speaks unasked. */
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
    return new WireError("broken", `the API server was silent for ${seconds} s while an answer was waited for`);
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

  /** The request's bytes. When there are none, the connection is as free as before. */
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

  /** Not waited for: an answer may come before all is sent, as to one that is too large. */
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
    // The end of a connection that was ended on this side is not the end of an answer.
    if (this.#isClosed) throw givenUp();
    this.#onHeard();
    this.#inARow += count ?? 0;
    this.#quiet = NOT_YET;
    this.#endUnused();
    return count;
  }

  /** The head, when it has come. */
  #takeHead(isHead: boolean): AnswerHead | undefined {
    const inflow = this.#inflow;
    for (;;) {
      const { buffer, start, end } = inflow;
      // No further than the limit: it holds however the bytes come in.
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
      if (head.status === 101) throw malformed("it changes the protocol, which nobody asked for");
      if (++this.#interim > this.#limits.interim) throw malformed("there is no end of interim answers");
      this.#scanned = 0;
    }
  }
}

/** A success, not encoded. Of an error the very bytes are looked at. */
function isPlain({ status, contentEncoding }: AnswerHead): boolean {
  return status < 300 && contentEncoding === undefined;
}
