import { assertEquals } from "@std/assert";
import { defineSteps, patch, type Steps } from "../../mod.ts";
import { LateWrites } from "../../lib/controller/waking/late_writes.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { objectPath } from "../../lib/kube/mod.ts";
import { type InterceptedRequest, VirtualClock } from "../../lib/testing/mod.ts";
import type { CacheChange } from "../../lib/watch/mod.ts";
import { broken, isWrite } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;

/** A network that holds back one write of the operator, reports a broken connection, and delivers the write later. */
class LateDelivery {
  #kept: InterceptedRequest | undefined;
  #next: ((request: InterceptedRequest) => boolean) | undefined;
  readonly #harness: Harness;

  constructor(harness: Harness) {
    this.#harness = harness;
    harness.cluster.intercept((request) => {
      if (request.user !== "operator" || !isWrite(request) || !this.#next?.(request)) return;
      this.#next = undefined;
      this.#kept = request;
      throw broken();
    });
  }

  /** Keeps the next write that fits. */
  keepNext(fits: (request: InterceptedRequest) => boolean = () => true): void {
    this.#next = fits;
  }

  async deliver(kind: typeof Foo | typeof ConfigMap): Promise<void> {
    const { name, namespace, subresource, body } = this.#kept!;
    const path = objectPath(kind, { name: name!, namespace: namespace! }, subresource);
    const contentType = body!.startsWith("[") ? "application/json-patch+json" : "application/merge-patch+json";
    const bodyRaw = new TextEncoder().encode(body);
    await this.#harness.cluster.client("operator").performRequest({ method: "PATCH", path, bodyRaw, contentType });
    await this.#harness.clock.settle();
  }
}

const report: Steps<Foo> = defineSteps(Foo)
  .change("report", ({ object: { spec }, setStatus }) => setStatus({ observed: spec.size ?? 0 }));
const reportOnce: Steps<Foo> = defineSteps(Foo).change(
  "report",
  ({ object: { spec, status }, setStatus }) =>
    status?.observed === spec.size ? undefined : setStatus({ observed: spec.size! }),
) as Steps<Foo>;

Deno.test("a status that arrives after a newer one is refused, also when the operator was restarted meanwhile", async () => {
  for (const restarted of [false, true]) {
    await using harness = await Harness.start();
    const served = { resource: Foo, steps: reportOnce };
    const first = await harness.serve(served);
    const network = new LateDelivery(harness);
    await harness.createFoo("a", { size: 0 });
    network.keepNext();
    await harness.merge(Foo, "a", { spec: { size: 1 } });
    if (restarted) {
      await harness.settled(first.shutdown());
      await harness.serve(served);
    }
    await harness.merge(Foo, "a", { spec: { size: 2 } });
    await harness.clock.advance(MINUTE);
    assertEquals((await harness.get(Foo, "a"))?.status, { observed: 2 });
    const refused = await network.deliver(Foo).then(() => undefined, (error) => error.httpCode);
    assertEquals(refused, 422);
    assertEquals((await harness.get(Foo, "a"))?.status, { observed: 2 });
  }
});

Deno.test("a status that arrives when it is wanted no more is put right, also when nothing newer was written", async () => {
  await using harness = await Harness.serving(reportOnce);
  const network = new LateDelivery(harness);
  await harness.createFoo("a", { size: 0 });
  network.keepNext();
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  await harness.merge(Foo, "a", { spec: { size: 0 } });
  await harness.clock.advance(14 * MINUTE);
  await network.deliver(Foo);
  assertEquals((await harness.get(Foo, "a"))?.status, { observed: 0 });
});

Deno.test("a first status that arrives after a newer one is refused", async () => {
  await using harness = await Harness.serving(reportOnce);
  const network = new LateDelivery(harness);
  network.keepNext();
  await harness.createFoo("a", { size: 1 });
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  await harness.clock.advance(MINUTE);
  const refused = await network.deliver(Foo).then(() => undefined, (error) => error.httpCode);
  assertEquals(refused, 422);
  assertEquals((await harness.get(Foo, "a"))?.status, { observed: 2 });
});

Deno.test("a late write of a watched object wakes those whom it concerns, whatever its predicate says", async () => {
  let color = "red";
  const paint = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "shared"))
    .change(
      "paint",
      (_, found) =>
        found && found.data?.["color"] !== color ? patch(ConfigMap, found, { merge: { data: { color } } }) : undefined,
    );
  await using harness = await Harness.start();
  await harness.create(ConfigMap, { metadata: { name: "shared" }, data: { color: "white" } });
  await harness.serve({
    resource: Foo,
    steps: paint as Steps<Foo>,
    watches: [{ kind: ConfigMap, map: () => [{ name: "a", namespace: "default" }], predicate: () => false }],
    writes: [{ kind: ConfigMap, verbs: ["patch"] }],
  });
  const network = new LateDelivery(harness);
  network.keepNext();
  await harness.createFoo("a");
  color = "blue";
  await harness.clock.advance(MINUTE);
  assertEquals((await harness.get(ConfigMap, "shared"))?.data, { color: "blue" });
  await network.deliver(ConfigMap);
  assertEquals((await harness.get(ConfigMap, "shared"))?.data, { color: "blue" });
});

Deno.test("without a write in doubt a change of the status alone wakes nobody", async () => {
  await using harness = await Harness.serving(report);
  await harness.createFoo("a", { size: 1 });
  await harness.clock.advance(MINUTE);
  harness.forget();
  await harness.merge(Foo, "a", { status: { observed: 7 } }, { subresource: "status" });
  assertEquals(harness.outcomes(), []);
});

Deno.test("a late write is expected for as long as a network may keep it, and then forgotten", async () => {
  const clock = new VirtualClock();
  const writes = new LateWrites(clock);
  const change = (name: string, source: CacheChange["source"] = "event") =>
    ({ key: `default/${name}`, source }) as CacheChange;
  const note = (name: string, mayArrive: boolean) =>
    writes.note({ type: "uncertain", kind: ConfigMap, ref: { namespace: "default", name }, mayArrive });
  note("a", true);
  note("b", false);
  assertEquals([writes.mayBe(ConfigMap, change("a")), writes.mayBe(ConfigMap, change("b"))], [true, false]);
  assertEquals([writes.mayBe(Secret, change("a")), writes.mayBe(ConfigMap, change("a", "write"))], [false, false]);
  await clock.advance(15 * MINUTE);
  assertEquals(writes.mayBe(ConfigMap, change("a")), true);
  await clock.advance(2 * MINUTE);
  assertEquals(writes.mayBe(ConfigMap, change("a")), false);
});
