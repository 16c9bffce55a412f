/** A small shop with a REST API. `deno run --allow-net=127.0.0.1 examples/order/shop.ts [port]` opens it. */

import type { PlacedOrder, Wish } from "./shop_client.ts";

/**
 * A shop that accepts every order, even a repeated one, unless the idempotency key is that of an earlier order: then it
 * answers with that order. It forgets everything when it ends.
 */
export class Shop {
  /** The accepted orders, oldest first. */
  readonly orders: PlacedOrder[] = [];
  readonly #byKey = new Map<string, PlacedOrder>();

  /** Answers a request: `GET /orders?reference=…`, or `POST /orders` with `{ reference, item, count }` and a key. */
  readonly answer = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/orders") return new Response(null, { status: 404 });
    switch (request.method) {
      case "GET":
        return Response.json(this.orders.filter(({ reference }) => reference === searchParams.get("reference")));
      case "POST":
        return Response.json(this.#take(await request.json(), request.headers.get("idempotency-key")), { status: 201 });
      default:
        return new Response(null, { status: 405 });
    }
  };

  #take({ reference, item, count }: Wish, key: string | null): PlacedOrder {
    const taken = key === null ? undefined : this.#byKey.get(key);
    if (taken) return taken;
    const order = { reference, item, count, number: 1001 + this.orders.length };
    this.orders.push(order);
    if (key !== null) this.#byKey.set(key, order);
    return order;
  }
}

if (import.meta.main) Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8787) }, new Shop().answer);
