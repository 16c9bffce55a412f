/**
 * An operator in a process of its own, on the embedded cluster: brings two objects to rest, and ends. Its first argument is the
 * port at which it serves metrics, which it prints; its second one the shop where each object places an order.
 */

import {
  create,
  createLogger,
  defineResource,
  defineSteps,
  installCrd,
  perform,
  type RunReport,
  serveController,
} from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { z } from "zod";

const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({}),
});

const asked = new Set<string>();
const shop = Deno.args[1];
const steps = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object }, found) => found ?? create(ConfigMap, { metadata: { name: object.metadata.name } }),
  )
  .change("order", ({ object: { metadata: { name } } }) => {
    if (shop === undefined || asked.has(name)) return undefined;
    return perform("order it", async (signal) => {
      asked.add(name);
      await (await fetch(shop, { signal })).body?.cancel();
    });
  });

const resting = Promise.withResolvers<void>();
const rested = new Set<string>();
const onRun = ({ key, result }: RunReport) => {
  if (result.outcome === "NoOp") rested.add(key);
  if (rested.size === 2) resting.resolve();
};

using client = new EmbeddedCluster();
await installCrd(client, Foo);
const http = Deno.args[0] ? { http: { port: Number(Deno.args[0]), hostname: "127.0.0.1" } } : {};
{
  const logger = createLogger({ level: "error" });
  await using controller = await serveController({
    resource: Foo,
    steps,
    owns: [ConfigMap],
    client,
    onRun,
    logger,
    ...http,
  });
  await controller.ready;
  for (const name of ["a", "b"]) {
    const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name }, spec: {} };
    await client.performRequest({ method: "POST", path: "/apis/example.dev/v1/namespaces/default/foos", bodyJson });
  }
  await resting.promise;
  if (controller.addr) {
    const { hostname, port } = controller.addr;
    // deno-lint-ignore no-console -- what the test reads
    console.log(await (await fetch(`http://${hostname}:${port}/metrics`)).text());
  }
}
