/** A client that answers with anything, or throws anything: what it touches is tried again, and nothing ends by it. */

import { assert, assertEquals } from "@std/assert";
import { type ClusterClient, create, defineSteps, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { THROWN_VALUES } from "./thrown_values.ts";

const MINUTE = 60_000;
const NAMES = ["a", "b", "c", "d", "e"];
const bytes = (text: string) => new TextEncoder().encode(text);
const streamOf = (begin: (controller: ReadableStreamDefaultController<unknown>) => void) =>
  new ReadableStream({ start: begin });

/** What it may answer, to whatever it is asked. */
const ANSWERS: readonly (() => unknown)[] = [
  ...[undefined, null, 5, "{}", {}, []].map((value) => () => value),
  ...["", "\xff garbage", "{}", "null", "1e999", "<html><title>502 Bad Gateway</title>"].map((text) => () =>
    bytes(text)
  ),
  () => bytes('{"kind":"ConfigMapList","apiVersion":"v1","items":[{'),
  () => bytes('{"kind":"Status","status":"Success"}'),
  () => bytes('{"kind":"Status","status":"Failure","code":"x","details":{"retryAfterSeconds":"soon","causes":{}}}'),
  () => bytes('{"kind":"Status","status":"Failure","code":429,"details":{"retryAfterSeconds":1e300}}'),
  () => bytes('{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x","uid":"u","resourceVersion":"1"}}'),
  () =>
    bytes(
      '{"__proto__":{},"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{}}]}',
    ),
  () => streamOf((controller) => controller.error(undefined)),
  () => streamOf((controller) => (controller.enqueue(5), controller.close())),
  () => streamOf((controller) => (controller.enqueue(bytes("x")), controller.close())),
  () => {
    const stream = new ReadableStream();
    stream.getReader();
    return stream;
  },
  () => ({
    then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
      resolve(bytes("{}"));
      resolve(5);
      reject(new Error("twice"));
      throw new Error("thrice");
    },
  }),
  () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(undefined) }),
  () => ({
    get then() {
      throw new Error("not even that");
    },
  }),
];

Deno.test("whatever a client answers or throws, controllers go on, and come to rest when it works again", async () => {
  for (let seed = 1; seed <= 20; seed++) await tryOut(seed);
});

async function tryOut(seed: number): Promise<void> {
  const { next } = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!;
  const thrown = Object.values(THROWN_VALUES);
  await using harness = await Harness.start({ seed });
  const inner = harness.cluster.client("operator");
  let isOdd = true;
  const performRequest = (request: never): unknown => {
    if (!isOdd || next() < 0.6) return inner.performRequest(request);
    if (next() < 0.4) {
      const value = pick(thrown)();
      if (next() < 0.5) throw value;
      return Promise.reject(value);
    }
    const answer = pick(ANSWERS)();
    return next() < 0.5 || answer instanceof Object && "then" in answer ? answer : Promise.resolve(answer);
  };
  const steps = defineSteps(Foo)
    .observe("find", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name, { live: next() < 0.3 }))
    .change(
      "create",
      ({ object: { metadata: { name } } }, found) =>
        found ?? create(ConfigMap, { metadata: { name } }).withStatus({ phase: "x" }),
    ) as Steps<Foo>;
  const client = { performRequest } as unknown as ClusterClient;
  const options = { resource: Foo, steps, owns: [ConfigMap], client, events: true, requeueEvery: "30s" } as const;
  const controller = await harness.serveUnready(options);
  let ended: unknown = "serving";
  controller.finished.then(() => ended = "finished", (error) => ended = error);
  for (const name of NAMES) await harness.createFoo(name);
  await harness.clock.advance(2 * MINUTE);
  isOdd = false;
  await harness.clock.advance(5 * MINUTE);
  assertEquals(ended, "serving", `seed ${seed}`);
  for (const name of NAMES) {
    const outcomes = harness.outcomes(`default/${name}`);
    assertEquals(outcomes.at(-1), "NoOp", `seed ${seed}: ${outcomes}`);
    assert(outcomes.length < 60, `seed ${seed}: ${outcomes.length} Runs`);
  }
  assertEquals((await harness.list(ConfigMap)).map(({ metadata }) => metadata.name).sort(), NAMES);
  await harness.settled(controller.shutdown());
  assertEquals(ended, "finished", `seed ${seed}`);
}
