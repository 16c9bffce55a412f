/** One request of a watch or a list, whose answer is read as a stream of bytes. */

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
   * @param request The request; it gets the guard's signal.
   * @param guard Ends the request when the server is silent for too long.
   * @returns The connection, as soon as the server has begun to answer.
   * @throws What the client throws, as an error of the kube room; the guard's reason, if the guard ended the request.
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
   * Waits for the bytes of the next network read; `undefined` at the end. They are valid until the next read. Blank lines do
   * not count as a sign of life: a proxy may send them to keep the connection open.
   *
   * @throws The error of the connection; the guard's reason, if the guard ended it.
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

  /** The next bytes if they are known to have arrived, without waiting. Valid until the next read. @throws As {@link read}. */
  here(): Uint8Array | undefined {
    try {
      return this.#reader.here?.();
    } catch (thrown) {
      throw toApiError(this.#guard.reasonOf(thrown));
    }
  }

  /** Sets how long the server may be silent, in milliseconds, from the next read on. */
  tolerate(limit: number): void {
    this.#guard.tolerate(limit);
  }

  close(reason: unknown): void {
    this.#guard.close(reason);
  }
}

/**
 * Waits for the answer, but rejects with the signal's reason as soon as that is aborted. A stream that arrives later is
 * cancelled: not every client obeys the signal.
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
  // ASCII white space and control characters. JSON is not blank from its first byte, so this is cheap.
  return bytes.every((byte) => byte <= 0x20);
}

function cancelQuietly(stream: { cancel(reason: unknown): Promise<void> }, reason: unknown): void {
  // A stream that has failed rejects with its error, which its reader has already got.
  stream.cancel(reason).catch(() => {});
}
