/** The operator: websites from three components. Changes by others are reverted. */

import {
  component,
  type ControllerDefinition,
  defineController,
  defineResource,
  defineSteps,
} from "@staircase/operator";
import { serviceUrl } from "@staircase/operator/cluster";
import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { z } from "zod";
import { pageOf } from "./page.ts";

export const Website = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Website",
  scope: "Namespaced",
  spec: z.object({ title: z.string(), text: z.string(), replicas: z.int().min(0).max(10).default(2) }),
  status: z.object({ url: z.string(), ready: z.int() }),
});

const page = component(Website, ConfigMap, {
  part: "page",
  build: ({ spec }) => ({ data: { "index.html": pageOf(spec) } }),
});

const server = component(Website, Deployment, {
  part: "server",
  build: (website, { labels, selector }) => {
    const mount = { name: "page", mountPath: "/usr/share/nginx/html", readOnly: true };
    const ports = [{ name: "http", containerPort: 80 }];
    const container = { name: "server", image: "nginx:1.29", ports, volumeMounts: [mount] };
    const volumes = [{ name: "page", configMap: { name: page.nameFor(website) } }];
    const template = { metadata: { labels }, spec: { containers: [container], volumes } };
    return { spec: { replicas: website.spec.replicas, selector: { matchLabels: selector }, template } };
  },
});

const entry = component(Website, Service, {
  part: "entry",
  build: (website) => ({
    spec: { selector: server.selectorFor(website), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  }),
});

const steps = defineSteps(Website)
  .ensure(page, { drift: "apply" })
  .ensure(entry, { drift: "apply" })
  .ensure(server, {
    drift: "apply",
    readyWhen: ({ status }, { spec: { replicas } }) =>
      (status?.readyReplicas ?? 0) >= replicas || `${status?.readyReplicas ?? 0} of ${replicas} are ready`,
  })
  .change("report", ({ object, setStatus }, { status }) => {
    const { name, namespace } = object.metadata;
    return setStatus({ url: serviceUrl({ name, namespace: namespace! }), ready: status?.readyReplicas ?? 0 });
  });

export const controller: ControllerDefinition = defineController({
  resource: Website,
  steps,
  owns: [ConfigMap, Deployment, Service],
});
