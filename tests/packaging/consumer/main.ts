/** An operator as a stranger writes it after reading the README, in a project of their own. Run by `consumer_test.ts`. */

// deno-lint-ignore-file no-console -- it shows what it does

import { create, defineResource, defineSteps, installCrd, serveController } from "@staircase/operator";
import { Deployment, Secret } from "@staircase/operator/kinds";
import { deploymentStandIn, EmbeddedCluster } from "@staircase/operator/testing";
import { z } from "zod";

const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ replicas: z.int().default(1) }),
  status: z.object({ observed: z.int() }),
});

const steps = defineSteps(Foo)
  .observe("find the password", ({ kube, object }) => kube.get(Secret, object.metadata.name))
  .change(
    "create the password",
    ({ object }, secret) =>
      secret ?? create(Secret, { metadata: { name: object.metadata.name }, stringData: { pass: crypto.randomUUID() } }),
  )
  .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
  .change("create the deployment", ({ object: { metadata, spec } }, deployment) => {
    const labels = { app: metadata.name };
    const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "example.dev/foo:1" }] } };
    return deployment ?? create(Deployment, {
      metadata: { name: metadata.name },
      spec: { replicas: spec.replicas, selector: { matchLabels: labels }, template },
    });
  })
  .observe(
    "wait until it is ready",
    ({ stop }, deployment) =>
      deployment.status?.readyReplicas ? deployment : stop({ reason: "not ready", requeueAfter: "30s" }),
  )
  .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));

using client = new EmbeddedCluster();
await using _standIn = deploymentStandIn(client, { readyAfter: 10 });
await installCrd(client, Foo);
const converged = Promise.withResolvers<void>();
await using _controller = await serveController({
  resource: Foo,
  steps,
  owns: [Secret, Deployment],
  client,
  onRun: ({ key, result }) => {
    console.log(key, result.outcome, "change" in result ? result.change : "");
    if (result.outcome === "NoOp") converged.resolve();
  },
});
await client.create(Foo, { metadata: { name: "hello" }, spec: { replicas: 2 } });
await converged.promise;
