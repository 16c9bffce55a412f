/** A cluster without a network: one list, and one watch that is fed by hand. */

import type { ClusterClient, RequestOptions } from "../../lib/kube/mod.ts";

/** What a {@link FakeClient} answers. */
export interface FakeAnswers {
  /** The answer to each list. */
  readonly list: Uint8Array;
  /** What the watch brings, a network read each. */
  readonly chunks?: readonly Uint8Array<ArrayBuffer>[];
}

/** Answers every list with the same bytes, and every watch with the chunks, once {@link FakeClient.release} was called. */
export class FakeClient {
  /** How many requests were made, by what was asked: `list`, `watch`. */
  readonly asked = { list: 0, watch: 0 };
  readonly #answers: FakeAnswers;
  readonly #released = Promise.withResolvers<void>();

  /** @param answers What is answered. */
  constructor(answers: FakeAnswers) {
    this.#answers = answers;
  }

  /** The same, as the contract of the clients wants it. */
  get client(): ClusterClient {
    return this as unknown as ClusterClient;
  }

  /** Lets the chunks come, as fast as they are read. */
  release(): void {
    this.#released.resolve();
  }

  /** A client's one method. */
  performRequest({ querystring }: RequestOptions): Promise<unknown> {
    if (querystring?.has("sendInitialEvents")) return Promise.reject(noStreamingLists());
    this.asked[querystring?.has("watch") ? "watch" : "list"]++;
    // A copy, as whoever keeps parts of an answer keeps all of it.
    return Promise.resolve(querystring?.has("watch") ? this.#watch() : this.#answers.list.slice());
  }

  #watch(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { chunks = [] } = this.#answers;
    let at = 0;
    return new ReadableStream({
      start: () => this.#released.promise,
      pull: (controller) => {
        if (at < chunks.length) controller.enqueue(chunks[at++]!);
        // The watch is then held open, silent: nothing is pulled again before something is enqueued.
      },
    }, { highWaterMark: 0 });
  }
}

/** What an API server says that does not know streaming lists; it is asked for a plain one then. */
function noStreamingLists(): Error {
  const message = "sendInitialEvents is forbidden for watch";
  const status = { kind: "Status", status: "Failure", code: 422, reason: "Invalid", message };
  return Object.assign(new Error(message), { httpCode: 422, status });
}
