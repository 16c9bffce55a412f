import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { defineSteps, serveController } from "../../mod.ts";
import { OptionsError } from "../../lib/doors/errors.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Bar, Foo, Harness, Zone } from "./harness.ts";
import { doNothing } from "./plans.ts";

const good = { resource: Foo, steps: doNothing };
const foo = 'Cannot serve controller "foo" as ';

/** A wrong option, and the error about it. */
const WRONG: readonly (readonly [options: Record<string, unknown>, message: string])[] = [
  [{ resource: undefined }, "Cannot serve a controller as resource must be a kind made by defineResource or kindOf"],
  [{ resource: "Foo" }, "Cannot serve a controller as resource must be a kind made by defineResource or kindOf"],
  [{ steps: undefined }, `${foo}steps must be made by defineSteps, or be a function that returns such a plan`],
  [{ steps: [] }, `${foo}steps must be made by defineSteps, or be a function that returns such a plan`],
  [{ steps: defineSteps(Bar) }, `${foo}steps must be defined for Foo: current value is Bar`],
  [{ cleanup: {} }, `${foo}cleanup must be made by defineSteps, or be a function that returns such a plan`],
  [{ cleanup: null }, `${foo}cleanup must be made by defineSteps, or be a function that returns such a plan`],
  [{ cleanup: defineSteps(Bar) }, `${foo}cleanup must be defined for Foo: current value is Bar`],
  [{ finalizer: "example.dev/foo" }, `${foo}finalizer is given without cleanup`],
  [
    { cleanup: doNothing, finalizer: "foo" },
    `${foo}finalizer must be a domain, a slash and a word, such as example.dev/foo: current value is foo`,
  ],
  [{ name: "" }, 'Cannot serve controller "" as name must be lower-case letters, digits, dashes and dots'],
  [
    { name: "My Controller" },
    'Cannot serve controller "My Controller" as name must be lower-case letters, digits, dashes and dots: ' +
    "current value is My Controller",
  ],
  [
    { name: 7 },
    'Cannot serve controller "7" as name must be lower-case letters, digits, dashes and dots: current value is 7',
  ],
  [{ name: Symbol("foo") }, 'Cannot serve controller "Symbol(foo)" as name must be lower-case letters'],
  [{ own: [ConfigMap] }, `${foo}own is not an option of a controller`],
  [{ owns: ConfigMap }, `${foo}owns must be a list`],
  [{ owns: [undefined] }, `${foo}owns[0] must be a kind, or an object with a kind`],
  [{ owns: [ConfigMap, "Secret"] }, `${foo}owns[1] must be a kind, or an object with a kind`],
  [
    { owns: [{ kind: ConfigMap, labelSelector: "a b c" }] },
    `${foo}owns[0].labelSelector is wrong: Cannot parse label selector`,
  ],
  [{ watches: [ConfigMap] }, `${foo}watches[0] must be made by watchKind`],
  [{ watches: [null] }, `${foo}watches[0] must be made by watchKind`],
  [
    { owns: [{ kind: ConfigMap, verbs: ["get"] }] },
    `${foo}owns[0].verbs must be create, update, patch or delete: current value is get`,
  ],
  [{ owns: [{ kind: ConfigMap, verbs: [] }] }, `${foo}owns[0].verbs must be a list of create, update, patch or delete`],
  [{ owns: [{ kind: ConfigMap, verbs: "create" }] }, `${foo}owns[0].verbs must be a list of create`],
  [{ owns: [{ kind: ConfigMap, names: [] }] }, `${foo}owns[0].names must be a list with an entry`],
  [{ owns: [{ kind: ConfigMap, names: [""] }] }, `${foo}owns[0].names must be texts`],
  [{ owns: [{ kind: ConfigMap, adopt: "yes" }] }, `${foo}owns[0].adopt must be true or false: current value is yes`],
  [{ owns: [{ kind: ConfigMap, name: "a" }] }, `${foo}owns[0].name is not an option`],
  [{ writes: [{ kind: ConfigMap, subresource: "scale" }] }, `${foo}writes[0].subresource is not an option`],
  [
    { writes: [{ kind: ConfigMap, subresources: "scale" }] },
    `${foo}writes[0].subresources must be a list with an entry`,
  ],
  [{ reads: ConfigMap }, `${foo}reads must be a list`],
  [{ reads: ["Secret"] }, `${foo}reads[0] must be a kind, or an object with a kind`],
  [
    { reads: [{ kind: ConfigMap, verbs: ["watch"] }] },
    `${foo}reads[0].verbs must be get or list: current value is watch`,
  ],
  [
    { reads: [{ kind: ConfigMap, verbs: ["list"], names: ["a"] }] },
    `${foo}reads[0].names cannot be given with the verb "list", as Kubernetes cannot limit lists to names`,
  ],
  [
    { watches: [{ kind: ConfigMap, map: () => [], reads: ["patch"] }] },
    `${foo}watches[0].reads must be get or list: current value is patch`,
  ],
  [{ writes: [{ verbs: ["create"] }] }, `${foo}writes[0] must be a kind, or an object with a kind`],
  [
    { writes: [{ kind: ConfigMap, verbs: ["write"] }] },
    `${foo}writes[0].verbs must be create, update, patch or delete: current value is write`,
  ],
  [{ namespace: "" }, `${foo}namespace must be a name`],
  [{ namespace: [] }, `${foo}namespace must name a namespace, or be "*" for all`],
  [{ namespace: ["good", "Not_Good"] }, `${foo}namespace must be a name: current value is Not_Good`],
  [{ labelSelector: "a in b" }, `${foo}labelSelector is wrong: Cannot parse label selector`],
  [{ predicate: true }, `${foo}predicate must be a function: current value is true`],
  [{ onRun: "log" }, `${foo}onRun must be a function: current value is log`],
  [{ concurrency: 0 }, `${foo}concurrency must be a whole number from 1: current value is 0`],
  [{ concurrency: 1.5 }, `${foo}concurrency must be a whole number from 1: current value is 1.5`],
  [{ concurrency: "8" }, `${foo}concurrency must be a whole number from 1: current value is 8`],
  [
    { requeueEvery: "soon" },
    `${foo}requeueEvery is wrong: Cannot use requeueEvery as it must be milliseconds or a text`,
  ],
  [{ requeueEvery: 0 }, `${foo}requeueEvery must be more than 0: current value is 0`],
  [{ requeueEvery: true }, `${foo}requeueEvery is wrong: Cannot use requeueEvery as it must be milliseconds or a text`],
  [{ stepTimeout: -1 }, `${foo}stepTimeout is wrong: Cannot use stepTimeout as it must be milliseconds or a text`],
  [
    { stepTimeout: Infinity },
    `${foo}stepTimeout is wrong: Cannot use stepTimeout as it must be milliseconds or a text`,
  ],
  [
    { backoff: { base: "5m" } },
    `${foo}backoff is wrong: Cannot use backoff as base must be more than 0 and at most cap`,
  ],
  [{ backoff: { cap: "long" } }, `${foo}backoff is wrong: Cannot use backoff.cap as it must be milliseconds or a text`],
  [{ backoff: "5s" }, `${foo}backoff must be an object with base and cap: current value is 5s`],
  [{ backoff: { max: "5m" } }, `${foo}backoff must be an object with base and cap`],
  [{ handleSignals: "false" }, 'Cannot serve as handleSignals must be true or false: current value is "false"'],
  [{ handleUncaught: 0n }, "Cannot serve as handleUncaught must be true or false: current value is 0"],
  [{ events: null }, "Cannot serve as events must be true or false: current value is null"],
  [{ http: { port: 0, hostname: Symbol("a") } }, "Cannot serve HTTP as http.hostname must be a host or address"],
  [{ client: {} }, "Cannot serve as client must have performRequest: pass what connect() gives, or leave it out"],
  [{ client: null }, "Cannot serve as client must have performRequest: pass what connect() gives, or leave it out"],
  [{ signal: "stop" }, "Cannot serve as signal must be an AbortSignal"],
  [{ shutdownTimeout: "later" }, "Cannot use shutdownTimeout as it must be milliseconds or a text"],
  [{ logger: { log: () => {} } }, "Cannot serve as logger must have debug, info, warn, error"],
  [{ clock: Date }, "Cannot serve as clock must have now, monotonic, timer"],
  [{ random: Math }, "Cannot serve as random must have next"],
  [{ controllers: [good] }, "Cannot serve as resource is an option of one controller: give it to defineController"],
];

for (const [options, message] of WRONG) {
  const what = Object.entries(options).map(([name, value]) => `${name}: ${shown(value)}`).join(", ");
  Deno.test(`${what} is refused at once, and nothing is started`, async () => {
    await using harness = await Harness.start();
    harness.forget();
    const given = { ...harness.surroundings, ...good, ...options } as unknown as Parameters<typeof serveController>[0];
    const error = await assertRejects(() => serveController(given));
    assert(error instanceof OptionsError, String(error));
    assertStringIncludes(error.message, message);
    assertEquals([harness.requests.records, harness.clock.pending, harness.logger.entries], [[], 0, []]);
  });
}

function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return JSON.stringify(value, (_, inner) => inner === ConfigMap ? "ConfigMap" : inner)?.slice(0, 60) ??
    String(value).slice(0, 20);
}

/** Wrong options of several controllers, and the error about them. */
const WRONG_TOGETHER: readonly (readonly [what: string, options: Record<string, unknown>, message: string])[] = [
  ["no controllers", { controllers: [] }, "Cannot serve as controllers must have an entry"],
  ["controllers that are no list", { controllers: good }, "Cannot serve as controllers must have an entry"],
  [
    "two controllers of one name",
    { controllers: [good, { ...good, steps: () => doNothing }] },
    'Cannot serve controller "foo" as its name is taken: give it a name of its own',
  ],
  [
    "a wrong one among them",
    { controllers: [good, { ...good, name: "x", concurrency: 0 }] },
    'Cannot serve controller "x" as concurrency',
  ],
  [
    "namespaces for a cluster-scoped kind",
    { resource: Zone, steps: defineSteps(Zone), namespace: "a" },
    'Cannot serve controller "zone" as namespace cannot be given as Zone is cluster-scoped',
  ],
  ["nothing", {}, "Cannot serve a controller as resource must be a kind made by defineResource or kindOf"],
];

for (const [what, options, message] of WRONG_TOGETHER) {
  Deno.test(`${what} is refused at once, and nothing is started`, async () => {
    await using harness = await Harness.start();
    harness.forget();
    const given = { ...harness.surroundings, ...options } as unknown as Parameters<typeof serveController>[0];
    const error = await assertRejects(() => serveController(given));
    assert(error instanceof OptionsError, String(error));
    assertStringIncludes(error.message, message);
    assertEquals([harness.requests.records, harness.clock.pending, harness.logger.entries], [[], 0, []]);
  });
}

Deno.test("options that are given as undefined are as if they were not given", async () => {
  await using harness = await Harness.start();
  const names = [
    "cleanup",
    "finalizer",
    "name",
    "owns",
    "watches",
    "writes",
    "namespace",
    "labelSelector",
    "predicate",
  ];
  const others = ["concurrency", "requeueEvery", "stepTimeout", "backoff", "signal", "shutdownTimeout"];
  const absent = Object.fromEntries([...names, ...others].map((name) => [name, undefined]));
  await harness.serve({ ...good, ...absent });
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["NoOp"]);
});
