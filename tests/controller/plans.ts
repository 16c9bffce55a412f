/** Plans that several tests walk. */

import { create, defineSteps, patch, type Steps } from "../../mod.ts";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { Foo } from "./resources.ts";

/** A ConfigMap of the object's name with its text, put right when it differs. */
export const ensureText: Steps<Foo> = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object: { metadata: { name }, spec } }, found) =>
      found ?? create(ConfigMap, { metadata: { name }, data: { text: spec.text ?? "" } }),
  )
  .change(
    "correct the text",
    ({ object: { spec } }, found) =>
      found.data?.["text"] === (spec.text ?? "")
        ? undefined
        : patch(ConfigMap, found, { merge: { data: { text: spec.text ?? "" } } }),
  );

/** The same, and the generation in the status. */
export const ensureTextAndReport: Steps<Foo> = ensureText
  .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));

/** A Deployment of one container. */
export function deploymentOf(name: string, replicas: number): Parameters<typeof create<Deployment>>[1] {
  const labels = { app: name };
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "main:1" }] } },
    },
  };
}

/** A ConfigMap, a Deployment, its size and a report: four writes. */
export const fourWrites: Steps<Foo> = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object: { metadata: { name }, spec } }, found) =>
      found ?? create(ConfigMap, { metadata: { name }, data: { text: spec.text ?? "" } }),
  )
  .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
  .change(
    "create the deployment",
    ({ object: { metadata: { name } } }, found) => found ?? create(Deployment, deploymentOf(name, 1)),
  )
  .change(
    "scale the deployment",
    ({ object: { spec } }, found) =>
      found.spec?.replicas === spec.size
        ? found
        : patch(Deployment, found, { merge: { spec: { replicas: spec.size } } }),
  )
  .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));

/** Does nothing, and asks for nothing. */
export const doNothing: Steps<Foo> = defineSteps(Foo);
