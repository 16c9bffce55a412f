import { assertEquals, assertStringIncludes } from "@std/assert";
import { controller, Website } from "../../examples/website/operator.ts";
import { pageOf } from "../../examples/website/page.ts";
import { ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";
import type { KubeObject, ResourceKind } from "../../mod.ts";
import type { TypedPatch } from "../../lib/client/mod.ts";
import { type TestHarness, testHarness } from "../../lib/testing/mod.ts";

/** A website at rest. */
async function served(): Promise<TestHarness> {
  const harness = await testHarness({ controllers: [controller], deploymentsReadyAfter: "100ms" });
  await harness.cluster.create(Website, { metadata: { name: "home" }, spec: { title: "A", text: "B" } });
  await harness.untilRest();
  return harness;
}

Deno.test("a website is made part by part, each once, and reported once it is ready", async () => {
  await using harness = await served();
  assertEquals(harness.written(), [
    "patch configmaps home 201",
    "patch services home 201",
    "patch deployments home 201",
    "patch websites/status home 200",
  ]);
  const { status } = (await harness.cluster.get(Website, "home"))!;
  assertEquals(status, { url: "http://home.default.svc.cluster.local/", ready: 2 });
});

Deno.test("a website at rest costs no write", async () => {
  await using harness = await served();
  harness.forget();
  await harness.cluster.patch(Website, "home", { merge: { spec: { title: "A" } } });
  await harness.cluster.patch(Deployment, "home", {
    merge: { metadata: { annotations: { "somebody.else/note": "x" } } },
  });
  await harness.untilRest();
  assertEquals(harness.written(), []);
});

/** What somebody does to a part. */
interface Drift<T extends KubeObject = KubeObject> {
  readonly kind: ResourceKind<T>;
  readonly change: TypedPatch<T>;
  /** What is to be as it was. */
  readonly look: (part: T) => unknown;
  readonly written: string;
}

function putRight<T extends KubeObject>({ kind, change, look, written }: Drift<T>): void {
  Deno.test(`what somebody changes of a website's ${kind.kind} is put right by one write`, async () => {
    await using harness = await served();
    harness.forget();
    const before = await harness.cluster.get(kind, "home");
    await harness.cluster.patch(kind, "home", change);
    await harness.untilRest();
    const after = await harness.cluster.get(kind, "home");
    assertEquals(look(after!), look(before!));
    assertEquals(harness.written(), [written]);
  });
}

putRight({
  kind: ConfigMap,
  change: { merge: { data: { "index.html": "gone" } } },
  look: ({ data }) => data,
  written: "patch configmaps home 200",
});
putRight({
  kind: Deployment,
  change: { merge: { spec: { replicas: 0 } } },
  look: ({ spec }) => spec,
  written: "patch deployments home 200",
});
putRight({
  kind: Service,
  change: { merge: { spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] } } },
  look: ({ spec }) => spec,
  written: "patch services home 200",
});

Deno.test("another title changes the page, and nothing else", async () => {
  await using harness = await served();
  harness.forget();
  await harness.cluster.patch(Website, "home", { merge: { spec: { title: "C" } } });
  await harness.untilRest();
  assertEquals(harness.written(), ["patch configmaps home 200"]);
  assertStringIncludes((await harness.cluster.get(ConfigMap, "home"))!.data!["index.html"]!, "<h1>C</h1>");
});

Deno.test("the parts of a website go with it", async () => {
  await using harness = await served();
  await harness.cluster.delete(Website, "home");
  await harness.untilRest();
  const parts = [
    ...await harness.cluster.list(ConfigMap),
    ...await harness.cluster.list(Deployment),
    ...await harness.cluster.list(Service),
  ];
  assertEquals(parts.map(({ metadata }) => metadata.name), []);
});

Deno.test("a website shows what its user wrote as text, never as markup", () => {
  assertStringIncludes(pageOf({ title: "<b>", text: "&" }), "<h1>&#60;b&#62;</h1>\n<p>&#38;</p>");
});
