/**
 * The first operator: each `Foo` gets a Secret with a password, then a Deployment, then its status.
 *
 * `deno run examples/simple.ts` shows it on a cluster inside the process, without any permission. With permissions, it
 * serves the cluster of your kubeconfig until it is stopped:
 * `deno run --allow-net --allow-read --allow-env examples/simple.ts`. `examples/simple.ts --help` tells what else it can do.
 */

import {
  type ControllerOptions,
  create,
  defineController,
  defineResource,
  defineSteps,
  type ObjectOf,
  patch,
  remove,
} from "@staircase/operator";
import { defineOperator, runOperator } from "@staircase/operator/cli";
import { Deployment, Secret } from "@staircase/operator/kinds";
import { z } from "zod";
import { deploymentOf, passwordOf } from "./simple/manifests.ts";

export const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ replicas: z.int().min(0).max(10).default(1) }),
  status: z.object({ observed: z.int(), ready: z.int() }),
});

export const steps = defineSteps(Foo)
  .observe("find the password", ({ kube, object }) => kube.get(Secret, object.metadata.name))
  .change("create the password", ({ object }, secret) => secret ?? create(Secret, passwordOf(object)))
  .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
  .change("create the deployment", ({ object }, deployment) => deployment ?? create(Deployment, deploymentOf(object)))
  .change("scale the deployment", ({ object: { spec: { replicas } } }, deployment) => {
    if (deployment.spec?.replicas === replicas) return deployment;
    return patch(Deployment, deployment, { merge: { spec: { replicas } } });
  })
  .observe("wait until it is ready", ({ object, stop }, { status }) => {
    const ready = status?.readyReplicas ?? 0;
    return ready >= object.spec.replicas ? ready : stop({ reason: `${ready} of ${object.spec.replicas} are ready` });
  })
  .change("report", ({ object, setStatus }, ready) => setStatus({ observed: object.metadata.generation!, ready }));

export const cleanup = defineSteps(Foo)
  .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
  .change("remove the deployment", (_, deployment) => deployment && remove(Deployment, deployment));

export const controller = {
  resource: Foo,
  steps,
  cleanup,
  owns: [
    { kind: Secret, verbs: ["create"] },
    { kind: Deployment, verbs: ["create", "patch", "delete"] },
  ],
} satisfies ControllerOptions<ObjectOf<typeof Foo>>;

export const operator = defineOperator({
  name: "simple",
  description: "Each Foo gets a Secret with a password, and a Deployment.",
  controllers: [defineController(controller)],
  withoutCluster: async () => {
    const { demonstrate } = await import("./simple/demonstrate.ts");
    await demonstrate(controller);
  },
});

if (import.meta.main) await runOperator(operator);
