import { assert, assertEquals } from "@std/assert";
import { create } from "../../mod.ts";
import { controllerFor, Order } from "../../examples/order/operator.ts";
import { Shop } from "../../examples/order/shop.ts";
import { type Carrier, ShopClient } from "../../examples/order/shop_client.ts";
import { type InterceptedRequest, type Interceptor, type TestHarness, testHarness } from "../../lib/testing/mod.ts";
import { broken, isWrite, unreachable } from "../controller/faults.ts";

/** Placing the order, and noting it. */
const ACTS = 2;

/** A process that dies: from some act on, be it at the shop or at the API server, nothing leaves it or reaches it. */
class Death implements Interceptor {
  isDead = false;
  #acts = 0;

  /**
   * @param lastAct After how many acts it dies.
   * @param answerIsLost Whether it dies before it gets the last act's answer.
   */
  constructor(readonly lastAct: number, readonly answerIsLost: boolean) {}

  readonly before = (request: InterceptedRequest): void => {
    if (request.user === "operator") this.#leave(isWrite(request));
  };

  readonly after = (request: InterceptedRequest): void => {
    if (request.user === "operator") this.#arrive(isWrite(request));
  };

  /** The process's line to the shop. */
  lineTo(shop: Shop): Carrier {
    return async (request) => {
      const isAct = request.method === "POST";
      this.#leave(isAct);
      const answer = await shop.answer(request);
      this.#arrive(isAct);
      return answer;
    };
  }

  #leave(isAct: boolean): void {
    if (isAct && this.#acts >= this.lastAct) this.isDead = true;
    if (this.isDead) throw unreachable();
  }

  #arrive(isAct: boolean): void {
    if (!isAct) return;
    this.#acts++;
    if (this.#acts < this.lastAct || !this.answerIsLost) return;
    this.isDead = true;
    throw broken();
  }
}

/** Orders that are there, and a process that is ended at once when it is ended. */
async function withOrders(...names: readonly string[]): Promise<TestHarness> {
  const given = names.map((name) => create(Order, { metadata: { name }, spec: { item: "tent", count: 2 } }));
  return await testHarness({ given, serve: { shutdownTimeout: "1ms" } });
}

/** Serves until all is at rest, or the process is dead. */
async function serveOnce(harness: TestHarness, shop: Shop, death?: Death): Promise<void> {
  using _fault = death && harness.cluster.intercept(death);
  const client = new ShopClient("http://shop", death ? death.lineTo(shop) : shop.answer);
  await harness.serve(controllerFor(client));
  await harness.advance("2m");
  await harness.stop();
  if (death) assert(death.isDead, "the process did die");
}

/** One order, through processes that die as told and one that does not: what the shop and the object say in the end. */
async function order(...deaths: Death[]) {
  await using harness = await withOrders("a");
  const shop = new Shop();
  for (const death of [...deaths, undefined]) await serveOnce(harness, shop, death);
  const { status } = (await harness.cluster.get(Order, "a"))!;
  const notes = harness.written().filter((line) => / 20\d$/.test(line));
  return { orders: shop.orders.map(({ item, count, number }) => ({ item, count, number })), status, notes };
}

const ONCE = {
  orders: [{ item: "tent", count: 2, number: 1001 }],
  status: { number: 1001 },
  notes: ["patch orders/status a 200"],
};

Deno.test("an order is placed once, and its number noted once", async () => {
  assertEquals(await order(), ONCE);
});

for (let after = 0; after < ACTS; after++) {
  Deno.test(`an operator that dies after ${after} of its acts never orders twice`, async () => {
    assertEquals(await order(new Death(after, false)), ONCE);
  });
}

for (let after = 1; after <= ACTS; after++) {
  Deno.test(`an operator that dies before it hears of act ${after} never orders twice`, async () => {
    assertEquals(await order(new Death(after, true)), ONCE);
  });
}

Deno.test("an operator that dies after each of its acts never orders twice", async () => {
  assertEquals(await order(new Death(1, true), new Death(1, true)), ONCE);
});

/** Serves one operator whose line to the shop is this, as long as it takes. */
async function serveOver(harness: TestHarness, carry: Carrier): Promise<void> {
  await harness.serve(controllerFor(new ShopClient("http://shop", carry)));
  await harness.advance("1s");
  await harness.stop();
}

Deno.test("an order that is still on its way when the next operator looks is the same order", async () => {
  await using harness = await withOrders("a");
  const shop = new Shop();
  const late: Request[] = [];
  // The operator is ended while the shop has not yet got to its order.
  await serveOver(harness, async (request) => {
    if (request.method !== "POST") return await shop.answer(request);
    late.push(request.clone());
    return await new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(broken())));
  });
  assertEquals([late.length, shop.orders.length], [1, 0]);
  await serveOnce(harness, shop);
  assertEquals(shop.orders.length, 1);
  const answer = await shop.answer(new Request(late[0]!, { signal: null }));
  assertEquals((await answer.json()).number, 1001);
  assertEquals(shop.orders.length, 1);
});

Deno.test("an order that is sent twice on the way, as fetch does when a connection breaks, is one order", async () => {
  await using harness = await withOrders();
  const shop = new Shop();
  await harness.install(Order);
  await harness.cluster.create(Order, { metadata: { name: "a" }, spec: { item: "Zelt für zwei", count: 2 } });
  await serveOver(harness, async (request) => {
    if (request.method === "POST") await shop.answer(request.clone());
    return await shop.answer(request);
  });
  assertEquals((await harness.cluster.get(Order, "a"))?.status, { number: 1001 });
  assertEquals(shop.orders.length, 1);
});

Deno.test("a shop that gets no key takes the same order twice: the key is what makes it one", async () => {
  const shop = new Shop();
  for (const key of [undefined, undefined, "a", "a", "b"]) {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    const body = JSON.stringify({ reference: "r", item: "tent", count: 1 });
    await shop.answer(new Request("http://shop/orders", { method: "POST", headers, body }));
  }
  assertEquals(shop.orders.length, 4);
});

Deno.test("an order that is noted costs the shop no request", async () => {
  await using harness = await withOrders("a");
  const shop = new Shop();
  await serveOnce(harness, shop);
  const asked: string[] = [];
  const client = new ShopClient("http://shop", (request) => {
    asked.push(request.method);
    return shop.answer(request);
  });
  await harness.serve(controllerFor(client));
  await harness.advance("2m");
  assertEquals(asked, []);
});

Deno.test("two orders of the same thing are two orders", async () => {
  await using harness = await withOrders("a", "b");
  const shop = new Shop();
  await serveOnce(harness, shop);
  const noted = (await harness.cluster.list(Order)).map(({ status }) => status?.number).sort();
  assertEquals(noted, shop.orders.map(({ number }) => number));
  assertEquals(noted, [1001, 1002]);
});
