import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ChangeContext, defineSteps, type KubeObject, type StepContext } from "../../mod.ts";
import { Change, Stop } from "../../lib/steps/mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { isWrite } from "./faults.ts";

/** Functions of the platform, which write nothing to the cluster. */
const PLATFORM: ReadonlySet<unknown> = new Set(
  [Object, Function, Date, AbortSignal, EventTarget, Promise, Array, String, Number, Map, Set].flatMap((one) => [
    one,
    one.prototype,
  ]),
);

/** Every function that can be reached from a value, by the path to it. */
function functionsOf(root: unknown): Map<string, (...args: unknown[]) => unknown> {
  const found = new Map<string, (...args: unknown[]) => unknown>();
  const seen = new Set<unknown>(PLATFORM);
  const visit = (value: unknown, path: string, holder: unknown = value): void => {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
    seen.add(value);
    if (typeof value === "function") found.set(path, value as () => unknown);
    for (const key of Reflect.ownKeys(value)) {
      // Functions of sloppy mode refuse to name their callers.
      if (key === "caller" || key === "arguments") continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
      visit(descriptor.get ? Reflect.get(value, key, holder) : descriptor.value, `${path}.${String(key)}`);
      visit(descriptor.set, `${path}.set ${String(key)}`);
    }
    // A getter reads the object whose prototype it is found on.
    visit(Object.getPrototypeOf(value), `${path}.[[Prototype]]`, holder);
  };
  visit(root, "context");
  return found;
}

/** Walks one step in a controller, and hands out what it was given. */
async function contextOf(harness: Harness): Promise<ChangeContext<Foo>> {
  let given: ChangeContext<Foo> | undefined;
  const steps = defineSteps(Foo).change("look", (context) => void (given = context));
  await harness.create(ConfigMap, { metadata: { name: "a", labels: { color: "red" } }, data: { text: "hello" } });
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], writes: [Secret] });
  await harness.createFoo("a", { size: 1 }, { labels: { color: "red" } });
  harness.forget();
  return given!;
}

Deno.test("a step's context leads to no functions except those that read, log, stop or request a change", async () => {
  await using harness = await Harness.start();
  const context = await contextOf(harness);
  const paths = [...functionsOf(context).keys()].filter((path) => !/\.signal\.|\.(prototype|name|length)$/.test(path));
  assertEquals(paths.sort(), [
    // Makes nothing but further contexts.
    "context.[[Prototype]].constructor",
    "context.[[Prototype]].log.debug",
    "context.[[Prototype]].log.enabled",
    "context.[[Prototype]].log.error",
    "context.[[Prototype]].log.info",
    "context.[[Prototype]].log.warn",
    "context.kube.get",
    "context.kube.list",
    "context.setStatus",
    "context.stop",
  ]);
});

Deno.test("nothing that can be reached from a step's context is a client, a cache or the end of a signal", async () => {
  await using harness = await Harness.start();
  const context = await contextOf(harness);
  for (const [path, found] of functionsOf(context)) {
    assert(!["performRequest", "perform", "abort", "overlay", "add"].includes(found.name), path);
  }
  assert(context.signal instanceof AbortSignal);
  assertEquals("abort" in context.signal, false);
});

Deno.test("whatever function in a step's context is called with whatever arguments, nothing is written", async () => {
  await using harness = await Harness.start();
  const context = await contextOf(harness);
  const attempts: readonly (readonly unknown[])[] = [
    [],
    [ConfigMap, "a"],
    [ConfigMap, "a", { live: true, method: "DELETE", verb: "delete", body: {} }],
    [ConfigMap, { owned: true, live: true, method: "DELETE" }],
    [{ ...ConfigMap, verb: "delete", method: "DELETE" }, "a"],
    [ConfigMap, "a?dryRun=none", { live: true, namespace: "default" }],
    [{ metadata: { name: "a", namespace: "default" } }],
    [{ phase: "odd" }],
  ];
  const results: unknown[] = [];
  for (const call of functionsOf(context).values()) {
    for (const args of attempts) {
      try {
        results.push(await call.apply(undefined, [...args]));
      } catch (error) {
        results.push(error);
      }
    }
  }
  // What the calls gave back is no way in either.
  for (const result of results.filter((one) => one instanceof Change || one instanceof Stop)) {
    for (const call of functionsOf(result).values()) {
      try {
        call.apply(result, [{ phase: "odd" }]);
      } catch {
        // Refusing is one way of writing nothing.
        continue;
      }
    }
  }
  await harness.clock.advance(60_000);
  assert(harness.asked().some((line) => line.startsWith("get configmaps")), "the calls did reach the API server");
  assertEquals(harness.requests.records.filter(isWrite), []);
  assertEquals((await harness.get(Foo, "a"))?.status, undefined);
});

/** Ways to change an object in place. */
const CHANGES: Readonly<Record<string, (object: KubeObject) => void>> = {
  "set a field": (object) => object.kind = "Bar",
  "add a field": (object) => Object.assign(object, { more: 1 }),
  "delete a field": (object) => delete (object as Partial<KubeObject>).metadata,
  "set a label": (object) => object.metadata.labels!["color"] = "blue",
  "delete a label": (object) => delete object.metadata.labels!["color"],
  "set the version": (object) => object.metadata.resourceVersion = "0",
  "define a property": (object) => Object.defineProperty(object, "kind", { value: "Bar" }),
  "change the prototype": (object) => Object.setPrototypeOf(object, {}),
};

const SOURCES: Readonly<Record<string, (context: StepContext<Foo>) => Promise<KubeObject | undefined> | KubeObject>> = {
  "the object of a Run": ({ object }) => object,
  "what get returns from the cache": ({ kube }) => kube.get(ConfigMap, "a"),
  "what get returns from the API server": ({ kube }) => kube.get(ConfigMap, "a", { live: true }),
  "what list returns from the cache": async ({ kube }) => (await kube.list(ConfigMap))[0],
  "what list returns from the API server": async ({ kube }) => (await kube.list(ConfigMap, { live: true }))[0],
};

for (const [what, source] of Object.entries(SOURCES)) {
  Deno.test(`${what} cannot be changed in place`, async () => {
    await using harness = await Harness.start();
    const object = await source(await contextOf(harness));
    for (const [how, change] of Object.entries(CHANGES)) {
      assertThrows(() => change(object!), TypeError, undefined, how);
    }
  });
}

Deno.test("a list that a step gets is its own: changing it changes no cache", async () => {
  await using harness = await Harness.start();
  const { kube } = await contextOf(harness);
  const list = await kube.list(ConfigMap) as ConfigMap[];
  try {
    list.length = 0;
  } catch (error) {
    assert(error instanceof TypeError);
  }
  assertEquals((await kube.list(ConfigMap)).length, 1);
});
