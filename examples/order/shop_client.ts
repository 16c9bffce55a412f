/** The operator's client of the shop: two requests. */

/** An order to place. */
export interface Wish {
  /** Identifies whose order it is; the order can be found by it. */
  reference: string;
  item: string;
  count: number;
}

/** An accepted order. */
export interface PlacedOrder extends Wish {
  /** The shop's number of the order. */
  number: number;
}

/** Sends a request to a shop and returns its answer, like `fetch`. */
export type Carrier = (request: Request) => Promise<Response>;

export class ShopClient {
  readonly #url: string;
  readonly #carry: Carrier;

  /**
   * Creates the client.
   *
   * @param url The URL of the shop.
   * @param carry Sends the requests.
   */
  constructor(url: string, carry: Carrier = fetch) {
    this.#url = url;
    this.#carry = carry;
  }

  /** Finds the order with a reference, if there is one. */
  async find(reference: string, signal: AbortSignal): Promise<PlacedOrder | undefined> {
    const query = new URLSearchParams({ reference });
    const [found] = await this.#ask<PlacedOrder[]>(new Request(`${this.#url}/orders?${query}`, { signal }));
    return found;
  }

  /**
   * Places an order.
   *
   * @param wish The order.
   * @param key Identifies the request: if it is sent again with the same key, it is the same order. Without a key, a
   * shop delivers twice if it is asked twice, and Deno's `fetch` itself sends again if a connection breaks.
   * @param signal Ends the request.
   */
  async place(wish: Wish, key: string, signal: AbortSignal): Promise<PlacedOrder> {
    const headers = { "content-type": "application/json", "idempotency-key": encodeURIComponent(key) };
    const init = { method: "POST", headers, body: JSON.stringify(wish), signal };
    return await this.#ask(new Request(`${this.#url}/orders`, init));
  }

  async #ask<T>(request: Request): Promise<T> {
    const response = await this.#carry(request);
    if (!response.ok) throw new Error(`Cannot ${request.method} ${request.url} as the shop says: ${response.status}`);
    return await response.json();
  }
}
