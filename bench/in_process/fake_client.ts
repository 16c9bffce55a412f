/** A fake cluster without a network: one list, and one watch that is fed by hand. */

import type { ClusterClient, RequestOptions } from "../../lib/kube/mod.ts";

/** The answers of a {@link FakeClient}. */
export interface FakeAnswers {
  /** The answer to each list. */
  readonly list: Uint8Array;
  /** The network reads of the watch. */
  readonly chunks?: readonly Uint8Array<ArrayBuffer>[];
}

/** Answers every list with the same bytes, and every watch with the chunks after a call of {@link FakeClient.release}. */
export class FakeClient {
  /** How many requests were made, by verb. */
  readonly asked = { list: 0, watch: 0 };
  readonly #answers: FakeAnswers;
  readonly #released = Promise.withResolvers<void>();

  /** @param answers The answers. */
  constructor(answers: FakeAnswers) {
    this.#answers = answers;
  }

  /** The same object, as the client contract. */
  get client(): ClusterClient {
    return this as unknown as ClusterClient;
  }

  /** Releases the chunks, as fast as they are read. */
  release(): void {
    this.#released.resolve();
  }

  /** A client's one method. */
  performRequest({ querystring }: RequestOptions): Promise<unknown> {
    if (querystring?.has("sendInitialEvents")) return Promise.reject(noStreamingLists());
    this.asked[querystring?.has("watch") ? "watch" : "list"]++;
    // A copy, because keeping a part of an answer keeps all of it.
    return Promise.resolve(querystring?.has("watch") ? this.#watch() : this.#answers.list.slice());
  }

  #watch(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { chunks = [] } = this.#answers;
    let at = 0;
    return new ReadableStream({
      start: () => this.#released.promise,
      pull: (controller) => {
        if (at < chunks.length) controller.enqueue(chunks[at++]!);
        // The watch then stays open and silent: it is not pulled again before something is enqueued.
      },
    }, { highWaterMark: 0 });
  }
}

/** The answer of an API server without streaming lists; the client then requests a plain list. */
function noStreamingLists(): Error {
  const message = "sendInitialEvents is forbidden for watch";
  const status = { kind: "Status", status: "Failure", code: 422, reason: "Invalid", message };
  return Object.assign(new Error(message), { httpCode: 422, status });
}
