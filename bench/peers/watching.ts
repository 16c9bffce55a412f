/** A watch of the harness that reports events. */

import type { Api } from "./api.ts";
import { linesOf } from "./lines.ts";

/** A watch event, with the part of its object that the harness needs. */
export interface WatchEvent {
  type: string;
  object: { metadata: { name: string }; status?: { ready?: boolean } };
}

/** A watch that runs until it is disposed of. */
export class Watching implements AsyncDisposable {
  readonly #abort = new AbortController();
  readonly #reading: Promise<void>;

  private constructor(response: Response, see: (event: WatchEvent) => void, abort: AbortController) {
    this.#abort = abort;
    this.#reading = this.#read(response, see);
    this.#reading.catch(() => {}); // told when it is disposed of
  }

  /** Watches from now on. Resolves when the API server has begun to answer. */
  static async start(api: Api, path: string, see: (event: WatchEvent) => void): Promise<Watching> {
    const { metadata } = await api.json<{ metadata: { resourceVersion: string } }>("GET", `${path}?limit=1`);
    const abort = new AbortController();
    const query = `watch=true&timeoutSeconds=3600&resourceVersion=${metadata.resourceVersion}`;
    const response = await api.open("GET", `${path}?${query}`, { signal: abort.signal });
    return new Watching(response, see, abort);
  }

  async #read(response: Response, see: (event: WatchEvent) => void): Promise<void> {
    try {
      for await (const line of linesOf(response.body!)) see(JSON.parse(line));
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }
}
