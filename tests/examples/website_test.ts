import { assertEquals, assertStringIncludes } from "@std/assert";
import { serveController } from "../../mod.ts";
import { controller, Website } from "../../examples/website/operator.ts";
import { pageOf } from "../../examples/website/page.ts";
import { ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";
import { deploymentStandIn } from "../../lib/testing/mod.ts";
import { Harness } from "../controller/harness.ts";

/** A website at rest, with all that was asked for so far forgotten. */
async function served(): Promise<AsyncDisposableStack & { harness: Harness }> {
  const harness = await Harness.start({ kinds: [Website] });
  const stack = new AsyncDisposableStack();
  stack.use(harness);
  stack.use(deploymentStandIn(harness.cluster, { clock: harness.clock, readyAfter: 100 }));
  harness.adopt(await serveController({ ...harness.surroundings, controllers: [controller] }));
  await harness.create(Website, { metadata: { name: "home" }, spec: { title: "A", text: "B" } });
  await harness.clock.advance(60_000);
  return Object.assign(stack, { harness });
}

Deno.test("a website is made part by part, each once, and reported once it is ready", async () => {
  await using stack = await served();
  const { harness } = stack;
  assertEquals(harness.written(), [
    "patch configmaps home 201",
    "patch services home 201",
    "patch deployments home 201",
    "patch websites/status home 200",
  ]);
  const { status } = (await harness.get(Website, "home"))!;
  assertEquals(status, { url: "http://home.default.svc.cluster.local/", ready: 2 });
});

Deno.test("a website at rest costs no write", async () => {
  await using stack = await served();
  const { harness } = stack;
  harness.forget();
  await harness.merge(Website, "home", { spec: { title: "A" } });
  await harness.merge(Deployment, "home", { metadata: { annotations: { "somebody.else/note": "x" } } });
  await harness.clock.advance(60_000);
  assertEquals(harness.written(), []);
});

const DRIFTS = [
  { kind: ConfigMap, fields: { data: { "index.html": "gone" } }, written: "patch configmaps home 200" },
  { kind: Deployment, fields: { spec: { replicas: 0 } }, written: "patch deployments home 200" },
  {
    kind: Service,
    fields: { spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] } },
    written: "patch services home 200",
  },
];

for (const { kind, fields, written } of DRIFTS) {
  Deno.test(`what somebody changes of a website's ${kind.kind} is put right by one write`, async () => {
    await using stack = await served();
    const { harness } = stack;
    harness.forget();
    const { data, spec } = await harness.get<ConfigMap & Service>(kind as never, "home") as ConfigMap & Service;
    await harness.merge<ConfigMap & Service>(kind as never, "home", fields);
    await harness.clock.advance(60_000);
    const after = await harness.get<ConfigMap & Service>(kind as never, "home") as ConfigMap & Service;
    assertEquals([after.data, after.spec], [data, spec]);
    assertEquals(harness.written(), [written]);
  });
}

Deno.test("another title changes the page, and nothing else", async () => {
  await using stack = await served();
  const { harness } = stack;
  harness.forget();
  await harness.merge(Website, "home", { spec: { title: "C" } });
  await harness.clock.advance(60_000);
  assertEquals(harness.written(), ["patch configmaps home 200"]);
  assertStringIncludes((await harness.get(ConfigMap, "home"))!.data!["index.html"]!, "<h1>C</h1>");
});

Deno.test("the parts of a website go with it", async () => {
  await using stack = await served();
  const { harness } = stack;
  await harness.delete(Website, "home");
  await harness.clock.advance(60_000);
  const parts = [...await harness.list(ConfigMap), ...await harness.list(Deployment), ...await harness.list(Service)];
  assertEquals(parts.map(({ metadata }) => metadata.name), []);
});

Deno.test("a website shows what its user wrote as text, never as markup", () => {
  assertStringIncludes(pageOf({ title: "<b>", text: "&" }), "<h1>&#60;b&#62;</h1>\n<p>&#38;</p>");
});
