/** The manifests of operators before a real API server, by the programs that users have: kubectl, Kustomize, Helm. */

import {
  type Manifest,
  type ManifestOptions,
  manifests,
  type Operator,
  renderHelm,
  renderKustomize,
  renderYaml,
} from "@staircase/operator/deploy";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadAll, YAML11_SCHEMA } from "js-yaml";
import { EXAMPLES, ODD } from "../deploy/deployed_operators.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { clusterTest, hasCluster } from "./cluster_test_case.ts";
import { ask, FilesFolder, succeed } from "./deployed_files.ts";
import { findHelm, runs } from "./helm.ts";

const image = `registry.example/team/op:1.0@sha256:${"0".repeat(64)}`;
const OPERATORS = [...EXAMPLES, ...ODD];
const simple = EXAMPLES[0]!;
const order = EXAMPLES[4]!;

/** Options that ask for all there is. */
const EVERYTHING: ManifestOptions = {
  image,
  policy: true,
  monitoring: "service",
  alerts: true,
  dashboard: true,
  labels: { release: "1e3" },
  env: [{ name: "A", value: "on" }],
  podAnnotations: { "example.dev/text": "{{ yes }}" },
  serviceAccountAnnotations: { "example.dev/role": "0x1" },
  imagePullSecrets: ["pull"],
  imagePullPolicy: "Always",
  priorityClassName: "system-cluster-critical",
  nodeSelector: { zone: "on" },
  tolerations: [{ operator: "Exists" }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  networkPolicy: { apiServerCidrs: ["10.0.0.0/8"], apiServerPorts: [6443] },
  port: 9090,
  logLevel: "debug",
};

const WATCHING: ManifestOptions = { image, watchNamespaces: ["one", "123"], monitoring: "pod", installCrds: true };

const hasKubectl = hasCluster() && await runs("kubectl", "version", "--client");
const helm = hasKubectl ? await findHelm() : undefined;

function kubectlTest(name: string, fn: (cluster: Cluster) => Promise<void>): void {
  if (hasKubectl || !hasCluster()) clusterTest(name, fn);
  // A machine without kubectl cannot run it; CI's has one.
  else Deno.test({ name, ignore: true, fn() {} });
}

function helmTest(name: string, fn: (cluster: Cluster, helm: string) => Promise<void>): void {
  if (helm !== undefined) clusterTest(name, (cluster) => fn(cluster, helm));
  // Without Helm, and without Go to build it, which `findHelm` says.
  else Deno.test({ name, ignore: true, fn() {} });
}

/** Namespaces for a test, and kinds of Prometheus' operator, as far as an API server must know them. */
async function prepare(cluster: Cluster): Promise<void> {
  const names = ["one", "two", "three", "123", ...OPERATORS.map(({ name }) => name!)];
  const namespaces = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const kinds = ["PodMonitor", "ServiceMonitor", "PrometheusRule"].map(monitoringKind);
  await succeed(cluster, "kubectl", ["apply", "-f", "-"], await renderYaml([...namespaces, ...kinds]));
  await succeed(cluster, "kubectl", ["wait", "--for=condition=Established", "--timeout=60s", ...kinds.map(nameOf)]);
}

function monitoringKind(kind: string): Manifest {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: OPEN } } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: {
      group: "monitoring.coreos.com",
      names: { kind, plural, listKind: `${kind}List`, singular: kind.toLowerCase() },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

const OPEN = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function nameOf({ metadata: { name } }: Manifest): string {
  return `crd/${name}`;
}

/** What the API server would do with objects. It fails on a field that it does not know, too. */
async function dryRun(cluster: Cluster, yaml: string): Promise<readonly string[]> {
  const said = await succeed(cluster, "kubectl", ["apply", "--dry-run=server", "--validate=strict", "-f", "-"], yaml);
  return said.trim().split("\n");
}

function optionsFor(operator: Operator): readonly ManifestOptions[] {
  // Its only controller is of a kind that is in no namespace.
  return operator === ODD[1] ? [{ image }, EVERYTHING] : [{ image }, EVERYTHING, WATCHING];
}

kubectlTest("the API server takes all manifests of all operators as YAML", async (cluster) => {
  await prepare(cluster);
  for (const operator of OPERATORS) {
    for (const options of optionsFor(operator)) {
      const { crds, objects } = manifests(operator, options);
      const taken = await dryRun(cluster, await renderYaml([...crds, ...objects]));
      assertEquals(taken.length, crds.length + objects.length);
    }
  }
});

kubectlTest("Kustomize builds the same objects from a base, and its image can be replaced", async (cluster) => {
  await prepare(cluster);
  for (const operator of [simple, ODD[2]!]) {
    for (const options of optionsFor(operator)) {
      const made = manifests(operator, options);
      const overlay = `resources: [../base]\nimages: [{ name: registry.example/team/op, newTag: "2.0" }]\n`;
      await using folder = await FilesFolder.of({
        ...Object.fromEntries(
          Object.entries(await renderKustomize(made)).map(([path, text]) => [`base/${path}`, text]),
        ),
        "overlay/kustomization.yaml": overlay,
      });
      const built = await succeed(cluster, "kubectl", ["kustomize", `${folder.path}/base`]);
      assertEquals(byName(loadAll(built, { schema: YAML11_SCHEMA })), byName(made.objects));
      await dryRun(cluster, built);
      if (made.crds.length > 0) {
        await dryRun(cluster, await succeed(cluster, "kubectl", ["kustomize", `${folder.path}/base/crds`]));
      }
      const replaced = await succeed(cluster, "kubectl", ["kustomize", `${folder.path}/overlay`]);
      assertStringIncludes(replaced, "image: registry.example/team/op:2.0");
    }
  }
});

helmTest("a chart without values gives what the manifests are, but for Helm's labels and the namespace", async (
  cluster,
  helm,
) => {
  await prepare(cluster);
  for (const operator of OPERATORS) {
    for (const options of optionsFor(operator)) {
      const { crds, objects } = manifests(operator, options);
      const { namespace } = objects.find(({ kind }) => kind === "Deployment")!.metadata;
      await using chart = await FilesFolder.of(await renderHelm(operator, options));
      await succeed(cluster, helm, ["lint", "--strict", chart.path]);
      const made = await succeed(cluster, helm, ["template", operator.name!, chart.path, "--namespace", namespace!]);
      const expected = [...crds, ...objects].filter(({ kind }) => kind !== "Namespace");
      assertEquals(byName(withoutHelm(loadAll(made, { schema: YAML11_SCHEMA }))), byName(expected), operator.name);
      assertEquals((await dryRun(cluster, made)).length, expected.length);
    }
  }
});

helmTest("values give what options give", async (cluster, helm) => {
  const operator = order;
  const values: readonly [readonly string[], Partial<ManifestOptions>][] = [
    [["watchNamespaces={one,two}"], { watchNamespaces: ["one", "two"] }],
    [["replicas=0"], { replicas: 0 }],
    [["image.tag=2.0", "image.digest="], { image: "registry.example/team/op:2.0" }],
    [["image.repository=other.example/op", "image.tag="], { image: `other.example/op@sha256:${"0".repeat(64)}` }],
    [["policy.enabled=true"], { policy: true }],
    [["networkPolicy.enabled=false"], { networkPolicy: false }],
    [["monitoring.monitor=pod", "monitoring.alerts=true"], { monitoring: "pod", alerts: true }],
    [["monitoring.monitor=service", "monitoring.dashboard=true"], { monitoring: "service", dashboard: true }],
    [["resources.limits.memory=1Gi"], { resources: { limits: { memory: "1Gi" } } }],
    [["priorityClassName=high", "nodeSelector.a=b"], { priorityClassName: "high", nodeSelector: { a: "b" } }],
    [["port=9090", "logLevel=debug"], { port: 9090, logLevel: "debug" }],
    [["env[0].name=A", "env[0].value=b"], { env: [{ name: "A", value: "b" }] }],
    [["labels.a=b", "podAnnotations.a=b"], { labels: { a: "b" }, podAnnotations: { a: "b" } }],
    [["namespace=two"], { namespace: "two" }],
    [["runAsUser=false"], { runAsUser: false }],
    [["runAsUser=1000"], { runAsUser: 1000 }],
  ];
  await using chart = await FilesFolder.of(await renderHelm(operator, { image }));
  for (const [settings, options] of values) {
    const { crds, objects } = manifests(operator, { image, namespace: "one", ...options });
    const sets = settings.flatMap((setting) => ["--set", setting]);
    const args = ["template", operator.name!, chart.path, "--namespace", "one", ...sets];
    const made = withoutHelm(loadAll(await succeed(cluster, helm, args), { schema: YAML11_SCHEMA }));
    assertEquals(byName(made), byName([...crds, ...objects]), settings.join());
  }
  // Its controllers have namespaces of their own, and are told to look everywhere.
  const scoped = ODD[2]!;
  await using wide = await FilesFolder.of(await renderHelm(scoped, { image, watchNamespaces: "*" }));
  for (const [sets, watchNamespaces] of [[[], "*"], [["--set", "watchNamespaces={one}"], ["one"]]] as const) {
    const { crds, objects } = manifests(scoped, { image, namespace: "one", watchNamespaces });
    const made = await succeed(cluster, helm, ["template", scoped.name!, wide.path, "--namespace", "one", ...sets]);
    assertEquals(byName(withoutHelm(loadAll(made, { schema: YAML11_SCHEMA }))), byName([...crds, ...objects]));
  }
  const flag = ["--set-string", String.raw`flags.shop="':#{{ x }}\, é $(A)`];
  const made = await succeed(cluster, helm, ["template", operator.name!, chart.path, ...flag]);
  const args = (loadAll(made) as Any[]).find(({ kind }) => kind === "Deployment").spec.template.spec.containers[0].args;
  assertEquals(args.at(-1), `--shop="':#{{ x }}, é $$(A)`);
});

helmTest("a value that is misspelt or of the wrong type is refused", async (cluster, helm) => {
  await using chart = await FilesFolder.of(await renderHelm(order, { image }));
  const wrong = [
    "replicas=2",
    "replicas=-1",
    "replica=1",
    "image.tag=a b",
    "image.name=x",
    "watchNamespaces={A_b}",
    "watchNamespaces=one",
    "monitoring.monitor=both",
    "policy=true",
    "port=80",
    "flags.ship=x",
    "logLevel=loud",
    "fullnameOverride=A.b",
  ];
  for (const setting of wrong) {
    const { code, stdout, stderr } = await ask(cluster, helm, ["template", "x", chart.path, "--set", setting]);
    assertEquals([setting, code, stdout], [setting, 1, ""]);
    assertStringIncludes(stderr, "values don't meet the specifications of the schema");
  }
});

helmTest("the API server takes a release of any name, and two in one cluster share nothing", async (cluster, helm) => {
  await prepare(cluster);
  await using chart = await FilesFolder.of(
    await renderHelm(simple, {
      ...EVERYTHING,
      // One that Helm sets itself.
      labels: { "app.kubernetes.io/managed-by": "somebody" },
    }),
  );
  const names = new Set<string>();
  const releases = [["prod", "one"], ["prod", "two"], ["a.b-simple", "one"], ["on", "123"], [
    "s".repeat(53),
    "three",
  ]] as const;
  let count = 0;
  for (const [release, namespace] of releases) {
    const args = ["template", release, chart.path, "--namespace", namespace, "--set", "crds.install=false"];
    const made = await succeed(cluster, helm, args);
    await dryRun(cluster, made);
    for (const { kind, metadata } of loadAll(made) as Manifest[]) {
      names.add(`${kind} ${metadata.namespace} ${metadata.name}`);
      count++;
    }
  }
  assertEquals(names.size, count);
});

helmTest("Helm installs, upgrades and uninstalls an operator, and leaves the definitions", async (cluster, helm) => {
  await prepare(cluster);
  const options = { image, networkPolicy: false } as const;
  await using chart = await FilesFolder.of(await renderHelm(ODD[0]!, options));
  await using next = await FilesFolder.of(
    await renderHelm({ ...ODD[0]!, version: "1.1.0" }, { ...options, policy: true }),
  );
  const at = ["--namespace", "two"];
  const notes = await succeed(cluster, helm, ["install", "odds", chart.path, ...at, "--wait", "--timeout", "90s"]);
  assertStringIncludes(notes, "rollout status deployment/odds-");
  await succeed(cluster, helm, ["upgrade", "odds", next.path, ...at, "--wait", "--timeout", "90s"]);
  await succeed(cluster, helm, ["uninstall", "odds", ...at, "--wait"]);
  assertEquals(
    await succeed(cluster, "kubectl", ["get", "deployments,roles,serviceaccounts", ...at, "-o", "name"]),
    DEFAULT,
  );
  await succeed(cluster, "kubectl", ["get", "crd", "odds.odd.example.dev"]);
  await succeed(cluster, "kubectl", ["delete", "crd", "odds.odd.example.dev"]);
});

/** What is in every namespace. */
const DEFAULT = "serviceaccount/default\n";

kubectlTest("pods are let into a namespace of restricted pods, and become ready", async (cluster) => {
  for (const operator of [simple, order, EXAMPLES[2]!]) {
    const name = `restricted-${operator.name}`;
    const { objects } = manifests({ ...operator, name }, { image: "registry.example/op:1.0" });
    await succeed(cluster, "kubectl", ["apply", "-f", "-"], await renderYaml(objects));
    await succeed(cluster, "kubectl", ["rollout", "status", `deployment/${name}`, "-n", name, "--timeout=90s"]);
    // The namespace would refuse others.
    const loose = ["run", "loose", "-n", name, "--image=registry.example/op:1.0"];
    const { code, stderr } = await ask(cluster, "kubectl", loose);
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'violates PodSecurity "restricted:latest"');
    await succeed(cluster, "kubectl", ["delete", "--wait=false", "-f", "-"], await renderYaml(objects));
  }
});

kubectlTest("a pod has a token that ends, and no other", async (cluster) => {
  const { objects } = manifests({ ...simple, name: "token" }, { image: "registry.example/op:1.0" });
  await succeed(cluster, "kubectl", ["apply", "-f", "-"], await renderYaml(objects));
  const pods = ["get", "pods", "-n", "token", "-o", "json"];
  const [pod] = await eventually(async () => {
    const { items } = JSON.parse(await succeed(cluster, "kubectl", pods)) as { items: Any[] };
    return items.length > 0 && items;
  }, { within: 60_000 });
  const tokens = pod.spec.volumes.filter((volume: Any) => JSON.stringify(volume).includes("serviceAccountToken"));
  assertEquals(tokens.length, 1);
  assertEquals(tokens[0].projected.sources[0].serviceAccountToken.expirationSeconds, 3600);
  assert(pod.spec.containers[0].volumeMounts.length === 1);
  await succeed(cluster, "kubectl", ["delete", "--wait=false", "-f", "-"], await renderYaml(objects));
});

// deno-lint-ignore no-explicit-any -- objects are looked into wherever a test wants to
type Any = any;

/** Objects in an order that two programs share, without fields that are null, which an API server drops. */
function byName(objects: readonly unknown[]): readonly Any[] {
  const named = (objects as Manifest[]).map((
    object,
  ) => [`${object.kind} ${object.metadata.namespace} ${object.metadata.name}`, object]);
  return (named as [string, Manifest][]).sort(([a], [b]) => a < b ? -1 : 1);
}

/** Without what Helm adds: its labels, and that it keeps definitions. */
function withoutHelm(objects: readonly unknown[]): readonly unknown[] {
  const strip = (meta: Any) => {
    delete meta.labels?.["helm.sh/chart"];
    delete meta.labels?.["app.kubernetes.io/managed-by"];
    if (meta.annotations?.["helm.sh/resource-policy"]) delete meta.annotations;
  };
  for (const object of objects as Any[]) {
    strip(object.metadata);
    if (object.kind === "Deployment") strip(object.spec.template.metadata);
  }
  return objects;
}
