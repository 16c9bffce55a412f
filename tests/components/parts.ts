/** An owner, and rich dependents of it, that the tests of components share. */

import {
  type Component,
  component,
  type CustomObject,
  type DefinedResource,
  defineResource,
  type KubeObject,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { CronJob, Deployment, Secret, Service, StatefulSet } from "../../lib/kube/kinds/mod.ts";

/** What is wanted of a Site. */
export interface SiteSpec {
  /** Whether dependents have one field more. */
  extra?: boolean;
  /** Changing it wakes the Site and changes nothing else. */
  touch?: number;
  /** Whether there shall be no dependents. */
  off?: boolean;
}

/** An owner of dependents. */
export type Site = CustomObject<SiteSpec, never>;
/** An owner of dependents. */
export const Site: DefinedResource<SiteSpec, never> = defineResource({
  group: "components.example.dev",
  version: "v1",
  kind: "Site",
  scope: "Namespaced",
  spec: jsonSchema<SiteSpec>({
    type: "object",
    properties: { extra: { type: "boolean" }, touch: { type: "integer" }, off: { type: "boolean" } },
  }),
});

/** Values that the API server writes in another form than given, or fills in. */
const container = {
  name: "main",
  image: "nginx:1.29",
  args: [],
  env: [{ name: "A", value: "1000m" }, { name: "EMPTY", value: "" }, {
    name: "CPU",
    valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1" } },
  }],
  ports: [{ name: "http", containerPort: 80 }, { name: "dns", containerPort: 53, protocol: "UDP" }],
  resources: { requests: { cpu: "0.1", memory: "1024Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
  readinessProbe: { httpGet: { path: "/", port: "http" }, initialDelaySeconds: 0 },
  volumeMounts: [{ name: "scratch", mountPath: "/tmp", readOnly: false }],
  stdin: false,
};

const podSpec = {
  containers: [container],
  hostNetwork: false,
  nodeSelector: {},
  tolerations: [{ key: "kwok.x-k8s.io/node", operator: "Exists" }],
  volumes: [{ name: "scratch", emptyDir: { sizeLimit: "1024Mi" } }],
  securityContext: {},
  terminationGracePeriodSeconds: 0,
};

/** The pods, with one more variable if the Site wants it. */
function podSpecFor({ spec }: Site) {
  const env = [...container.env, ...(spec.extra ? [{ name: "EXTRA", value: "yes" }] : [])];
  return { ...podSpec, containers: [{ ...container, env }] };
}

/** A Deployment with much in it. */
export const web: Component<Site, Deployment> = component(Site, Deployment, {
  name: "web",
  labels: () => ({ tier: "front" }),
  build: (site, { labels, selector }) => ({
    metadata: { annotations: { note: "ours" } },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxSurge: 1 } },
      template: { metadata: { labels }, spec: podSpecFor(site) },
    },
  }),
});

/** A Service with much in it. */
export const address: Component<Site, Service> = component(Site, Service, {
  name: "web",
  build: ({ spec }) => ({
    metadata: { annotations: { note: "ours" } },
    spec: {
      selector: { app: "web" },
      ports: [
        { name: "http", port: 80, targetPort: "http" },
        { name: "dns", port: 53, protocol: "UDP" },
        ...(spec.extra ? [{ name: "extra", port: 81 }] : []),
      ],
      publishNotReadyAddresses: false,
      externalIPs: [],
    },
  }),
});

/** A StatefulSet with much in it. */
export const store: Component<Site, StatefulSet> = component(Site, StatefulSet, {
  name: "store",
  build: (site, { labels, selector }) => ({
    metadata: { annotations: { note: "ours" } },
    spec: {
      serviceName: "store",
      replicas: 0,
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec: podSpecFor(site) },
      volumeClaimTemplates: [{
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2048Mi" } } },
      }],
    },
  }),
});

/** A CronJob with much in it. */
export const nightly: Component<Site, CronJob> = component(Site, CronJob, {
  name: "nightly",
  build: (site) => ({
    metadata: { annotations: { note: "ours" } },
    spec: {
      schedule: "0 3 * * *",
      concurrencyPolicy: "Forbid",
      jobTemplate: {
        spec: { backoffLimit: 0, template: { spec: { ...podSpecFor(site), restartPolicy: "Never" } } },
      },
    },
  }),
});

/** A Secret. */
export const password: Component<Site, Secret> = component(Site, Secret, {
  name: "password",
  build: ({ spec }) => ({ stringData: { user: "späth", ...(spec.extra && { extra: "yes" }) } }),
});

/** A dependent, how a stranger changes it, and the path of the field that only some Sites want. */
export interface Part {
  readonly component: Component<Site, KubeObject>;
  /** A merge patch that changes what was applied. */
  readonly spoil: Record<string, unknown>;
  /** Whether the object is as it was built, as far as the patch goes. */
  readonly isRight: (object: KubeObject) => boolean;
  /** Whether the object has the field. */
  readonly hasExtra: (object: KubeObject) => boolean;
}

// deno-lint-ignore no-explicit-any -- a look into objects of any kind
type Loose = any;
const hasEnv = (spec: Loose) => spec.containers[0].env.some(({ name }: { name: string }) => name === "EXTRA");
const part = (
  one: Component<Site, Loose>,
  spoil: Part["spoil"],
  isRight: (object: Loose) => boolean,
  hasExtra: (object: Loose) => boolean,
): Part => ({ component: one, spoil, isRight, hasExtra });

/** The kinds that the drift tests are about. */
export const parts: readonly Part[] = [
  part(
    web,
    { spec: { replicas: 3 }, metadata: { labels: { tier: "back" } } },
    ({ spec, metadata }) => spec.replicas === 1 && metadata.labels.tier === "front",
    ({ spec }) => hasEnv(spec.template.spec),
  ),
  part(
    address,
    { spec: { selector: { app: "other" } } },
    ({ spec }) => spec.selector.app === "web",
    ({ spec }) => spec.ports.length === 3,
  ),
  part(
    store,
    { spec: { replicas: 2 }, metadata: { annotations: { note: "theirs" } } },
    ({ spec, metadata }) => spec.replicas === 0 && metadata.annotations.note === "ours",
    ({ spec }) => hasEnv(spec.template.spec),
  ),
  part(
    nightly,
    { spec: { schedule: "0 4 * * *" } },
    ({ spec }) => spec.schedule === "0 3 * * *",
    ({ spec }) => hasEnv(spec.jobTemplate.spec.template.spec),
  ),
  part(
    password,
    { data: { user: "eA==" } },
    ({ data }) => data.user === "c3DDpHRo",
    ({ data }) => data.extra === "eWVz",
  ),
];
