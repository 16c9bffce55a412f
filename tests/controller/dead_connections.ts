/** Connections that die silently: nothing arrives any more, and no error either. */

import type { RestClient } from "../../lib/doors/cluster.ts";

/** A client whose watches can be made to fall silent for good, while those that are made later work. */
export class DeadConnections {
  /** The client to be given to a controller. */
  readonly client: RestClient;
  #generation = 0;

  /** @param inner What performs the requests. */
  constructor(inner: RestClient) {
    const perform = async (options: Parameters<RestClient["performRequest"]>[0]): Promise<unknown> => {
      const answer: unknown = await inner.performRequest(options as never);
      return answer instanceof ReadableStream ? this.#mortal(answer) : answer;
    };
    this.client = { ...inner, performRequest: perform as RestClient["performRequest"] };
  }

  /** Silences all watches that are open now. */
  kill(): void {
    this.#generation++;
  }

  #mortal(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const born = this.#generation;
    const reader = stream.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await reader.read();
        // Neither data nor the end arrives any more.
        if (born !== this.#generation) return await new Promise<void>(() => {});
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }
}
