import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { component, defineSteps, kindOf, type KubeObject, type ListOptions, type ReadApi } from "../../mod.ts";
import { serviceHost, serviceUrl } from "../../lib/doors/cluster.ts";
import { ManyFoundError, NoneFoundError, StepDefinitionError } from "../../lib/doors/errors.ts";
import { ClusterRole, ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";
import { matchesSelector, parseSelector } from "../../lib/model/mod.ts";
import { Site, web } from "./parts.ts";

const Zone = kindOf({ group: "example.dev", version: "v1", kind: "Zone", plural: "zones", scope: "Cluster" });

function site(name = "shop", namespace = "default"): Site {
  const metadata = { name, namespace, uid: `uid-${name}`, resourceVersion: "1", creationTimestamp: "" };
  return { apiVersion: "components.example.dev/v1", kind: "Site", metadata, spec: {} };
}

const settings = component(Site, ConfigMap, { name: "settings", build: () => ({ data: { color: "blue" } }) });
const labels = {
  "app.kubernetes.io/name": "site",
  "app.kubernetes.io/instance": "shop",
  "app.kubernetes.io/component": "settings",
  "app.kubernetes.io/managed-by": "sites.components.example.dev",
};
const reference = {
  apiVersion: "components.example.dev/v1",
  kind: "Site",
  name: "shop",
  uid: "uid-shop",
  controller: true,
};

/** Reads from a list. */
function reading(...objects: KubeObject[]): ReadApi & { asked: ListOptions[] } {
  const asked: ListOptions[] = [];
  return {
    asked,
    get: <T extends KubeObject>(_: unknown, name: string) =>
      Promise.resolve(objects.find(({ metadata }) => metadata.name === name) as T | undefined),
    list: <T extends KubeObject>(_: unknown, options: ListOptions = {}) => {
      asked.push(options);
      const selector = parseSelector(options.labels ?? {});
      return Promise.resolve(objects.filter(({ metadata }) => matchesSelector(metadata.labels, selector)) as T[]);
    },
  };
}

/** What is built, as if it were stored. */
function stored(owner: Site, name?: string): KubeObject {
  const draft = settings.build(owner);
  return { ...draft, metadata: { ...draft.metadata, ...(name && { name }), uid: "1" } } as unknown as KubeObject;
}

Deno.test("a dependent is built with name, namespace, labels and owner reference", () => {
  assertEquals(settings.build(site()), {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "shop-settings", namespace: "default", labels, ownerReferences: [reference] },
    data: { color: "blue" },
  });
});

Deno.test("a dependent is named after its owner, by a suffix, or by a function", () => {
  const build = () => ({});
  const named = (name?: string | ((owner: Site) => string)) =>
    component(Site, ConfigMap, { build, ...(name !== undefined && { name }) }).nameFor(site());
  assertEquals([named(), named("db"), named(({ metadata }) => `my-${metadata.name}`)], ["shop", "shop-db", "my-shop"]);
});

Deno.test("if an owner has a long name, the dependent's name and labels are shortened to what Kubernetes accepts", () => {
  const { metadata } = settings.build(site("x".repeat(253)));
  assertEquals(metadata.name?.length, 63);
  assertEquals(metadata.labels?.["app.kubernetes.io/instance"]?.length, 63);
});

Deno.test("own labels are added to the recommended ones, but never to the selector", () => {
  assertEquals(web.labelsFor(site()).tier, "front");
  assertEquals(web.selectorFor(site()), {
    "app.kubernetes.io/name": "site",
    "app.kubernetes.io/instance": "shop",
    "app.kubernetes.io/component": "web",
  });
  const { spec } = web.build(site());
  assertEquals(spec?.selector.matchLabels, web.selectorFor(site()));
  assertEquals(spec?.template.metadata?.labels, web.labelsFor(site()));
});

Deno.test("where Kubernetes forbids an owner reference, there is none", () => {
  const role = component(Site, ClusterRole, { build: () => ({ rules: [] }) });
  assertEquals(role.build(site()).metadata.ownerReferences, undefined);
  const elsewhere = component(Site, ConfigMap, { namespace: () => "other", build: () => ({}) });
  assertEquals(elsewhere.build(site()).metadata.namespace, "other");
  assertEquals(elsewhere.build(site()).metadata.ownerReferences, undefined);
});

Deno.test("an owner reference that Kubernetes forbids cannot be demanded", () => {
  const role = component(Site, ClusterRole, { owned: true, build: () => ({ rules: [] }) });
  assertThrows(
    () => role.build(site()),
    TypeError,
    'Cannot make Site default/shop the owner of ClusterRole "clusterrole"',
  );
});

Deno.test("a cluster-scoped owner's dependent says its namespace", () => {
  const zone: KubeObject = { ...site(), kind: "Zone", metadata: { ...site().metadata, name: "z" } };
  delete zone.metadata.namespace;
  const nowhere = component(Zone, ConfigMap, { build: () => ({}) });
  assertThrows(() => nowhere.build(zone), TypeError, "no namespace is given");
  const there = component(Zone, ConfigMap, { namespace: () => "there", build: () => ({}) });
  assertEquals(there.build(zone).metadata.ownerReferences?.[0]?.kind, "Zone");
});

Deno.test("get finds the object by its name", async () => {
  const kube = reading(stored(site()));
  assertEquals((await settings.get(kube, site()))?.metadata.name, "shop-settings");
  assertEquals(await settings.get(kube, site("other")), undefined);
});

Deno.test("list finds the owner's dependents by label, and no other owner's", async () => {
  const foreign = stored(site());
  foreign.metadata.ownerReferences = [{ ...reference, uid: "another" }];
  const kube = reading(stored(site()), stored(site(), "renamed"), stored(site("other")), foreign);
  const found = await settings.list(kube, site());
  assertEquals(found.map(({ metadata }) => metadata.name), ["shop-settings", "renamed"]);
  assertEquals(kube.asked[0]?.namespace, "default");
});

Deno.test("one finds the only dependent; none and several are different errors", async () => {
  const [a, b] = [stored(site()), stored(site(), "renamed")];
  assertEquals((await settings.one(reading(a), site())).metadata.name, "shop-settings");
  await assertRejects(
    () => settings.one(reading(), site()),
    NoneFoundError,
    'Cannot find the one ConfigMap "settings" of Site default/shop as there is none',
  );
  const error = await settings.one(reading(a, b), site()).catch((thrown) => thrown);
  assertInstanceOf(error, ManyFoundError);
  assertStringIncludes(error.message, "as there are several: current value is renamed, shop-settings");
  assertEquals(error.objects.length, 2);
});

Deno.test("a component without build is refused, and so is an unknown kind of drift", () => {
  assertThrows(() => component(Site, ConfigMap, {} as never), StepDefinitionError, "build must be a function");
  assertThrows(
    () => defineSteps(Site).ensure(settings, { drift: "replace" as never }),
    StepDefinitionError,
    'drift must be "ignore" or "apply": current value is "replace"',
  );
  assertThrows(
    () => defineSteps(Site).ensure({} as never),
    StepDefinitionError,
    "Cannot ensure the part as it must have stepsFor()",
  );
});

Deno.test("a component's steps are named after it, and it is ensured once in a plan", () => {
  const only = component(Site, Deployment, { build: () => ({}) });
  const plan = defineSteps(Site).ensure(settings).ensure(only, { readyWhen: () => true });
  assertEquals(plan.names, [
    ...["find the config map settings", "ensure the config map settings"],
    ...["find the deployment", "ensure the deployment", "wait for the deployment"],
  ]);
  assertThrows(() => plan.ensure(settings), StepDefinitionError, "its name is taken");
});

Deno.test("a Service has an address inside the cluster, by itself, as a draft, or by its place", () => {
  const service = component(Site, Service, { name: "web", build: () => ({ spec: { ports: [{ port: 80 }] } }) });
  assertEquals(serviceHost(service.build(site())), "shop-web.default.svc.cluster.local");
  assertEquals(
    serviceHost({ name: "a", namespace: "b" }, { clusterDomain: "corp.example" }),
    "a.b.svc.corp.example",
  );
  assertEquals(serviceUrl({ name: "a", namespace: "b" }), "http://a.b.svc.cluster.local/");
  assertEquals(
    serviceUrl({ name: "a", namespace: "b" }, { scheme: "https", port: 8443, path: "/x?y=1", clusterDomain: "c" }),
    "https://a.b.svc.c:8443/x?y=1",
  );
});

Deno.test("a Service without a known namespace has no address", () => {
  assertThrows(
    () => serviceHost({ metadata: { name: "a" } }),
    TypeError,
    'current value is name "a", namespace "undefined"',
  );
});
