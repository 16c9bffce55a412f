/** The show of the orders: one that goes well, and one whose operator is ended at the worst moment. */

import { Stage } from "../stage.ts";
import { controllerFor, Order } from "./operator.ts";
import { Shop } from "./shop.ts";
import { type Carrier, ShopClient } from "./shop_client.ts";

/** Shows it on an embedded cluster. */
export async function demonstrate(): Promise<void> {
  await using stage = Stage.embedded("examples/order/main.ts");
  await play(stage);
  stage.close();
}

/** What happens, on any cluster. Returns the shop, for who wants to count. */
export async function play(stage: Stage): Promise<Shop> {
  const shop = new Shop();
  await stage.install(Order);
  await stage.serve(controllerFor(new ShopClient("http://shop", shop.answer)));
  const isNoted = (name: string) => stage.settled(Order, name, ({ status }) => status !== undefined);
  await stage.scene(
    "A user orders 3 umbrellas",
    () => stage.user.create(Order, { metadata: { name: "umbrellas" }, spec: { item: "umbrellas", count: 3 } }),
    isNoted("umbrellas"),
  );
  await stage.end();

  const line = deadLine(shop);
  await stage.serve(controllerFor(new ShopClient("http://shop", line.carry)));
  await stage.scene(
    "The user orders a tent; the shop takes the order, and the operator is ended before it hears so",
    async () => {
      await stage.user.create(Order, { metadata: { name: "tent" }, spec: { item: "tent" } });
      await line.taken;
      await stage.end();
    },
    ({ result }) => result.outcome === "Failed",
  );
  await stage.scene(
    "Another operator knows nothing of that: it looks first",
    () => stage.serve(controllerFor(new ShopClient("http://shop", shop.answer))),
    isNoted("tent"),
  );
  stage.say(`\nThe shop has ${shop.orders.length} orders:`);
  for (const { number, count, item } of shop.orders) stage.say(`  ${number}: ${count} ${item}`);
  return shop;
}

/** A line to the shop that carries an order there, and nothing back. */
function deadLine(shop: Shop): { carry: Carrier; taken: Promise<void> } {
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const carry: Carrier = async (request) => {
    const answer = await shop.answer(request);
    if (request.method !== "POST") return answer;
    take();
    return await new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
    });
  };
  return { carry, taken };
}
