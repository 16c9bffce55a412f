import { create } from "@staircase/operator";
import { testHarness } from "@staircase/operator/testing";
import { assertEquals } from "@std/assert";
import { Address, addressesAt, Dns, type DnsRecord } from "./address.ts";

/** A DNS service that listens on this machine. */
function serveDns(records: Map<string, DnsRecord>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const host = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") records.set(host, await request.json());
    if (request.method === "DELETE") records.delete(host);
    const record = records.get(host);
    return request.method === "GET" && !record ? new Response(null, { status: 404 }) : Response.json(record ?? {});
  });
  return { dns: new Dns(`http://127.0.0.1:${server.addr.port}`), [Symbol.asyncDispose]: () => server.shutdown() };
}

const given = [create(Address, { metadata: { name: "shop" }, spec: { host: "shop.example", target: "192.0.2.1" } })];

Deno.test("an address is published once, and removed with its object", async () => {
  const records = new Map<string, DnsRecord>();
  await using server = serveDns(records);
  await using harness = await testHarness({ controllers: [addressesAt(server.dns)], given });
  const { cluster } = harness;
  await harness.untilRest();
  assertEquals(records.get("shop.example"), { target: "192.0.2.1", ttl: 300 });
  assertEquals((await cluster.get(Address, "shop"))?.status, { published: "192.0.2.1" });
  await cluster.delete(Address, "shop");
  await cluster.waitUntilGone(Address, "shop");
  assertEquals(records.size, 0);
});

Deno.test("a record that somebody changes there is put right within the hour", async () => {
  const records = new Map<string, DnsRecord>();
  await using server = serveDns(records);
  await using harness = await testHarness({ controllers: [addressesAt(server.dns)], given });
  await harness.untilRest();
  records.set("shop.example", { target: "198.51.100.7", ttl: 300 });
  await harness.advance("1h");
  assertEquals(records.get("shop.example")?.target, "192.0.2.1");
});

Deno.test("a process that ends after each Run publishes once all the same", async () => {
  const records = new Map<string, DnsRecord>();
  await using server = serveDns(records);
  await using harness = await testHarness({ given });
  do {
    harness.forget();
    await harness.serve(addressesAt(server.dns));
    await harness.nextRun();
    await harness.stop();
  } while (harness.outcomes().at(-1) !== "NoOp");
  assertEquals((await harness.cluster.get(Address, "shop"))?.status, { published: "192.0.2.1" });
});
