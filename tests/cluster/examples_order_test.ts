/** The operator of the orders as a process that is killed hard, on a real control plane, with a shop that listens. */

import { assertEquals } from "@std/assert";
import { installCrd } from "../../mod.ts";
import { Order } from "../../examples/order/operator.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { callApi } from "./api.ts";
import { eventually } from "./cluster.ts";
import { ExamplesFixture } from "./examples_fixture.ts";
import { HeldShop } from "./held_shop.ts";
import { type OperatorProcess, startOperator } from "./operator_process.ts";
import { adminOf } from "./simple_fixture.ts";

/** A namespace, a shop, and operators that order there. */
class OrderFixture implements AsyncDisposable {
  readonly shop = new HeldShop();
  private constructor(readonly examples: ExamplesFixture) {}

  static async create(cluster: ExamplesFixture["cluster"]): Promise<OrderFixture> {
    const examples = await ExamplesFixture.create(cluster, "order");
    await installCrd(examples.clients.user, Order);
    return new OrderFixture(examples);
  }

  start(): Promise<OperatorProcess> {
    const { host } = this.shop;
    const args = [`http://${host}`];
    return startOperator(this.examples.kubeconfig, { program: "order_operator.ts", args, hosts: [host] });
  }

  async create(name: string): Promise<void> {
    const order = { apiVersion: "example.dev/v1", kind: "Order", metadata: { name }, spec: { item: name } };
    await this.call("POST", "", order);
  }

  /** Waits until an order is noted; answers the number. */
  async noted(name: string): Promise<number> {
    return await eventually(async () => {
      const { status } = await this.call<{ status?: { number: number } }>("GET", `/${name}`);
      return status?.number;
    }, { within: 30_000 });
  }

  async call<T>(method: string, rest: string, body?: unknown): Promise<T> {
    const { cluster, namespace } = this.examples;
    const path = `/apis/example.dev/v1/namespaces/${namespace}/orders${rest}`;
    return await callApi<T>(adminOf(cluster), method, path, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shop[Symbol.asyncDispose]();
    await this.examples[Symbol.asyncDispose]();
  }
}

clusterTest("killed hard at every point of an order, the operator never orders twice", async (cluster) => {
  await using fixture = await OrderFixture.create(cluster);
  const { shop } = fixture;

  for (const moment of ["before the shop has it", "before its answer is sent"] as const) {
    const operator = await fixture.start();
    const hold = shop.hold(moment);
    await fixture.create(moment.replaceAll(" ", "-"));
    await hold.reached;
    await operator.end("SIGKILL");
    hold.release();
  }

  // Between the two steps: the API server stands still from the order to the operator's end.
  const between = await fixture.start();
  await fixture.noted("before-its-answer-is-sent");
  await fixture.noted("before-the-shop-has-it");
  const hold = shop.hold("before its answer is sent");
  await fixture.create("between-the-steps");
  await hold.reached;
  await cluster.pauseApiServer();
  try {
    const seen = between.lines.length;
    hold.release();
    await between.written(seen + 1);
    await between.end("SIGKILL");
  } finally {
    await cluster.resumeApiServer();
  }
  assertEquals(between.lines.at(-1)?.change, "perform order 1 between-the-steps");

  const after = await fixture.start();
  await fixture.noted("between-the-steps");
  await fixture.create("after-both");
  await fixture.noted("after-both");
  await after.end("SIGKILL");

  const last = await fixture.start();
  await last.written(5);
  assertEquals(await last.end("SIGTERM"), 0, last.errors());
  assertEquals(last.lines.filter(({ outcome }) => outcome === "Modified"), []);

  const taken = shop.shop.orders.map(({ item, number }) => ({ item, number }));
  const items = ["before-its-answer-is-sent", "before-the-shop-has-it", "between-the-steps", "after-both"];
  assertEquals(taken.map(({ item }) => item).sort(), items.sort());
  for (const { item, number } of taken) assertEquals(await fixture.noted(item), number);
});

clusterTest(
  "an order that the shop is still at work on when the next operator looks is the same order",
  async (cluster) => {
    await using fixture = await OrderFixture.create(cluster);
    const { shop } = fixture;
    const killed = await fixture.start();
    const hold = shop.hold("while the shop is at work on it");
    await fixture.create("slow");
    await hold.reached;
    await killed.end("SIGKILL");
    const operator = await fixture.start();
    const number = await fixture.noted("slow");
    hold.release();
    await hold.done;
    await operator.end("SIGTERM");
    assertEquals(shop.shop.orders.map((order) => order.number), [number]);
  },
);
