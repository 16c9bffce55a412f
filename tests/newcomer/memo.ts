/** The first of three operators as a stranger writes them from the guide: a kind of one's own, and what one consists of. */

import { component, defineController, defineResource, defineSteps } from "@staircase/operator";
import { serviceUrl } from "@staircase/operator/cluster";
import { Deployment, Service } from "@staircase/operator/kinds";
import { z } from "zod";

export const Memo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Memo",
  scope: "Namespaced",
  spec: z.object({ image: z.string(), replicas: z.int().min(1).default(1), port: z.int().default(8080) }),
  status: z.object({ url: z.string(), ready: z.int() }),
});

const server = component(Memo, Deployment, {
  build: ({ spec: { image, replicas, port } }, { labels, selector }) => ({
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "memo", image, ports: [{ containerPort: port }] }] },
      },
    },
  }),
});
const door = component(Memo, Service, {
  build: (memo) => ({
    spec: { selector: server.selectorFor(memo), ports: [{ port: 80, targetPort: memo.spec.port }] },
  }),
});

const steps = defineSteps(Memo)
  .ensure(door, { drift: "apply" })
  .ensure(server, {
    drift: "apply",
    readyWhen: ({ status }, { spec }) => (status?.readyReplicas ?? 0) >= spec.replicas,
  })
  .change("report", ({ object: { metadata }, setStatus }, { status }) =>
    setStatus({
      url: serviceUrl({ name: metadata.name, namespace: metadata.namespace! }),
      ready: status?.readyReplicas ?? 0,
    }));

export const memos = defineController({ resource: Memo, steps, owns: [Deployment, Service] });
