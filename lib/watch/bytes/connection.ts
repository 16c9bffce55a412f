/** One connection of a watch, or of a list: a request whose answer is a stream of bytes. */

import { type ClusterClient, type RequestOptions, toApiError } from "../../kube/mod.ts";
import { type ByteReader, readerOf } from "./byte_reader.ts";
import type { SilenceGuard } from "./silence.ts";

const LINE_FEED = 0x0a;

/** The bytes of an answer, read on demand. */
export class WatchConnection {
  readonly #reader: ByteReader;
  readonly #guard: SilenceGuard;
  #atLineStart = true;

  private constructor(reader: ByteReader, guard: SilenceGuard) {
    this.#reader = reader;
    this.#guard = guard;
    guard.signal.addEventListener("abort", () => cancelQuietly(this.#reader, guard.signal.reason), { once: true });
  }

  /**
   * Sends the request.
   *
   * @param client Performs it.
   * @param request What is asked for; its signal is the guard's.
   * @param guard Ends the connection when it is silent.
   * @returns The connection, once the server has answered.
   * @throws What the client throws, in the terms of the kube room; the guard's reason, when that ended the request.
   */
  static async open(client: ClusterClient, request: RequestOptions, guard: SilenceGuard): Promise<WatchConnection> {
    try {
      const answer = client.performRequest({ ...request, abortSignal: guard.signal, expectStream: true });
      return new WatchConnection(readerOf(await guard.wait(unlessAborted(answer, guard.signal))), guard);
    } catch (thrown) {
      guard.close(thrown);
      throw toApiError(thrown);
    }
  }

  /**
   * The next bytes, as many as one network read brings; `undefined` at the end. They hold until the
   * next read. Blank lines are no sign of life of the server: something between may send them to keep a connection open.
   *
   * @throws The error that the connection died of; the guard's reason, when that ended it.
   */
  async read(): Promise<Uint8Array | undefined> {
    this.#guard.beginWait();
    try {
      for (;;) {
        const bytes = await this.#reader.read();
        if (bytes && this.#atLineStart && isBlank(bytes)) continue;
        this.#atLineStart = bytes?.at(-1) === LINE_FEED;
        this.#guard.signal.throwIfAborted();
        return bytes;
      }
    } catch (thrown) {
      throw toApiError(this.#guard.reasonOf(thrown));
    } finally {
      this.#guard.endWait();
    }
  }

  /** The next bytes, when they are known to have come already. They hold until the next read. @throws As {@link read}. */
  here(): Uint8Array | undefined {
    try {
      return this.#reader.here?.();
    } catch (thrown) {
      throw toApiError(this.#guard.reasonOf(thrown));
    }
  }

  /** From the next read on, the server may be silent for this long, in milliseconds. */
  tolerate(limit: number): void {
    this.#guard.tolerate(limit);
  }

  /** Ends the connection. */
  close(reason: unknown): void {
    this.#guard.close(reason);
  }
}

/**
 * The answer, or the signal's reason, whichever is first. A stream that comes too late is given back: not every client
 * follows the signal.
 */
export function unlessAborted<R>(answer: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then((value) => {
      signal.removeEventListener("abort", onAbort);
      if (signal.aborted && value instanceof ReadableStream) cancelQuietly(value, signal.reason);
      resolve(value);
    }, (error) => {
      signal.removeEventListener("abort", onAbort);
      reject(error);
    });
  });
}

function isBlank(bytes: Uint8Array): boolean {
  // White space, in ASCII. Of what is not blank, the first byte says so.
  return bytes.every((byte) => byte <= 0x20);
}

function cancelQuietly(stream: { cancel(reason: unknown): Promise<void> }, reason: unknown): void {
  // A stream that has already failed answers with that failure, which whoever was reading it has been told.
  stream.cancel(reason).catch(() => {});
}
