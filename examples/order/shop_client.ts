/** What the operator knows of the shop: two requests. */

/** What is wanted of a shop. */
export interface Wish {
  /** Whose order it is: what the order can be found by. */
  reference: string;
  item: string;
  count: number;
}

/** An order that the shop has taken. */
export interface PlacedOrder extends Wish {
  /** The shop's own number. */
  number: number;
}

/** Carries a request to a shop, and its answer back; as `fetch` does. */
export type Carrier = (request: Request) => Promise<Response>;

/** Asks a shop. */
export class ShopClient {
  readonly #url: string;
  readonly #carry: Carrier;

  /**
   * @param url Where the shop is.
   * @param carry How requests get there.
   */
  constructor(url: string, carry: Carrier = fetch) {
    this.#url = url;
    this.#carry = carry;
  }

  /** The order of a reference, if there is one. */
  async find(reference: string, signal: AbortSignal): Promise<PlacedOrder | undefined> {
    const query = new URLSearchParams({ reference });
    const [found] = await this.#ask<PlacedOrder[]>(new Request(`${this.#url}/orders?${query}`, { signal }));
    return found;
  }

  /**
   * Places an order.
   *
   * @param wish What is ordered.
   * @param key What makes the request one: sent again with the same, it is the same order. Without one, a shop that is asked
   * twice delivers twice, and Deno's `fetch` asks twice by itself when a connection breaks.
   * @param signal Ends it.
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
