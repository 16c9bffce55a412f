/** A shop that listens, and can be held at the worst moment. */

import { Shop } from "../../examples/order/shop.ts";

/** When a request is held. */
export type Moment = "before the shop has it" | "while the shop is at work on it" | "before its answer is sent";

/** A moment at which a request is held. */
export interface Hold {
  /** Resolves when a request is held. */
  readonly reached: Promise<void>;
  /** Resolves when the shop has dealt with it. */
  readonly done: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** Serves a shop on 127.0.0.1. */
export class HeldShop implements AsyncDisposable {
  readonly shop = new Shop();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #hold: { moment: Moment; reach: () => void; released: Promise<void>; end: () => void } | undefined;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, this.#answer);
  }

  /** The host with its port. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Holds the next order at a moment. */
  hold(moment: Moment): Hold {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    this.#hold = { moment, reach, released, end };
    return { reached, done, release };
  }

  readonly #answer = async (request: Request): Promise<Response> => {
    const hold = request.method === "POST" ? this.#hold : undefined;
    if (!hold) return await this.shop.answer(request);
    this.#hold = undefined;
    if (hold.moment === "while the shop is at work on it") {
      // Read before who asked is killed; noted after the next one has asked.
      const { method, url, headers } = request;
      const wanted = new Request(url, { method, headers, body: await request.text() });
      hold.reach();
      await hold.released;
      return await this.shop.answer(wanted).finally(hold.end);
    }
    if (hold.moment === "before its answer is sent") {
      const answer = await this.shop.answer(request);
      hold.reach();
      await hold.released;
      return answer;
    }
    // Who asked is killed meanwhile: the shop never learns what was wanted.
    hold.reach();
    await hold.released;
    return new Response(null, { status: 503 });
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
