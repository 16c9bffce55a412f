import { assert, assertEquals, assertMatch } from "@std/assert";
import { kindOf } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Bar, Foo, Harness } from "./harness.ts";
import { doNothing, ensureText } from "./plans.ts";

const MINUTE = 60_000;

async function removeKind(harness: Harness, name: string): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
  await harness.settled(harness.cluster.performRequest({ method: "DELETE", path }));
  await harness.clock.settle();
}

Deno.test("a kind that is not installed is waited for, and that is logged", async () => {
  await using harness = await Harness.start({ kinds: [] });
  const controller = await harness.serveUnready({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  let ready = false;
  controller.ready.then(() => ready = true, () => {});
  await harness.clock.advance(10 * MINUTE);
  assertEquals(ready, false);
  const waiting = harness.logger.saying("waiting for kind Foo (example.dev/v1) to be installed");
  assert(waiting.length >= 5 && waiting.length <= 11, `said ${waiting.length} times`);
  assertEquals(new Set(waiting.map(({ level }) => level)), new Set(["warn"]));
});

Deno.test("once the kind is installed, the controller begins to work", async () => {
  await using harness = await Harness.start({ kinds: [] });
  const controller = await harness.serveUnready({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.clock.advance(10 * MINUTE);
  await harness.install(Foo);
  await harness.createFoo("a", { text: "hello" });
  await harness.settled(controller.ready);
  await harness.clock.settle();
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
  assertEquals(harness.logger.saying("works again").length, 1);
});

Deno.test("no Run begins before every kind has been listed", async () => {
  await using harness = await Harness.start({ kinds: [Foo] });
  const controller = await harness.serveUnready({ resource: Foo, steps: doNothing, owns: [Bar] });
  await harness.createFoo("a");
  await harness.clock.advance(10 * MINUTE);
  assertEquals(harness.reports, []);
  await harness.install(Bar);
  await harness.settled(controller.ready);
  await harness.clock.settle();
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("a kind that is removed and installed again is looked after again", async () => {
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a", { text: "hello" });
  await removeKind(harness, "foos.example.dev");
  await harness.clock.advance(10 * MINUTE);
  await harness.install(Foo);
  harness.forget();
  await harness.createFoo("a", { text: "bye" });
  await harness.createFoo("b", { text: "bye" });
  await harness.clock.advance(2 * MINUTE);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "bye" });
  assertEquals((await harness.get(ConfigMap, "b"))?.data, { text: "bye" });
});

Deno.test("for a kind of Kubernetes that the cluster does not serve, no definition is suggested", async () => {
  const Gone = kindOf({
    group: "policy",
    version: "v1beta1",
    kind: "PodSecurityPolicy",
    plural: "podsecuritypolicies",
  });
  await using harness = await Harness.start();
  await harness.serveUnready({ resource: Foo, steps: doNothing, owns: [Gone] });
  await harness.clock.advance(MINUTE);
  const [said] = harness.logger.saying("waiting for kind PodSecurityPolicy (policy/v1beta1)");
  assertMatch(said!.message, /It is a part of Kubernetes: is this version of it served by this cluster\?$/);
});
