import { defineController, defineSteps } from "@staircase/operator";
import {
  defineOperator,
  type Manifest,
  type ManifestOptions,
  manifests,
  type Operator,
} from "@staircase/operator/deploy";
import { OptionsError } from "@staircase/operator/errors";
import { ConfigMap } from "@staircase/operator/kinds";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { manifestsOf, resolveManifestOptions } from "../../lib/deploy/manifests/mod.ts";
import { peerOf } from "../../lib/deploy/manifests/egress.ts";
import { parseImage } from "../../lib/deploy/manifests/image.ts";
import { EXAMPLES, ODD } from "./deployed_operators.ts";

const image = "registry.example/team/op:1.0";
const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
const plain = defineOperator({ controllers: [settings], version: "1.0.0" });
const [simple, multi, elevator, , order] = EXAMPLES as [Operator, Operator, Operator, Operator, Operator];
const scoped = ODD[2]!;

// deno-lint-ignore no-explicit-any -- objects are looked into wherever a test wants to
type Any = any;

function find(objects: readonly Manifest[], kind: string): Any {
  const found = objects.filter((object) => object.kind === kind);
  assertEquals(found.length, 1, `${found.length} of ${kind}`);
  return found[0];
}

function make(operator: Operator, options: Partial<ManifestOptions> = {}): readonly Manifest[] {
  return manifests(operator, { image, ...options }).objects;
}

function containerOf(operator: Operator, options: Partial<ManifestOptions> = {}): Any {
  return find(make(operator, options), "Deployment").spec.template.spec.containers[0];
}

function kindsOf(options: Partial<ManifestOptions>, operator: Operator = simple): readonly string[] {
  return make(operator, options).map(({ kind }) => kind);
}

Deno.test("what is needed for a start comes first: namespace, account, rights, and only then the pod", () => {
  assertEquals(kindsOf({}), [
    "Namespace",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "NetworkPolicy",
    "Deployment",
  ]);
  assertEquals(kindsOf({ policy: true, monitoring: "service", alerts: true, dashboard: true, networkPolicy: false }), [
    "Namespace",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "Deployment",
    "Service",
    "ServiceMonitor",
    "PrometheusRule",
    "ConfigMap",
  ]);
  assert(kindsOf({ monitoring: "pod" }).includes("PodMonitor"));
});

Deno.test("definitions are apart, and there are none where the operator installs them", () => {
  const { crds, objects } = manifests(multi, { image });
  assertEquals(crds.map(({ metadata: { name } }) => name), ["pools.example.dev", "claims.example.dev"]);
  assert(!objects.some(({ kind }) => kind === "CustomResourceDefinition"));
  assertEquals(manifests(multi, { image, installCrds: true }).crds, []);
  assert(containerOf(multi).args.includes("--no-install-crds"));
  assert(!containerOf(multi, { installCrds: true }).args.includes("--no-install-crds"));
});

Deno.test("a namespace is made if it is the operator's own, and one of others' is left alone", () => {
  const own = find(make(simple), "Namespace");
  assertEquals(own.metadata.name, "simple");
  assertEquals(own.metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
  assert(!kindsOf({ namespace: "default" }).includes("Namespace"));
  assertEquals(find(make(simple, { namespace: "ops", createNamespace: true }), "Namespace").metadata.name, "ops");
  assert(!kindsOf({ createNamespace: false }).includes("Namespace"));
});

Deno.test("all objects of a namespace are in that of the operator, but for the roles of watched ones", () => {
  for (const operator of [...EXAMPLES, ...ODD]) {
    const all = { policy: true, monitoring: "service", alerts: true, dashboard: true } as const;
    for (const { kind, metadata } of make(operator, { namespace: "ops", ...all })) {
      if (/^(Cluster|Validating)/.test(kind)) assertEquals(metadata.namespace, undefined, kind);
      else if (/^Role/.test(kind)) assert(["one", "two", "three"].includes(metadata.namespace!));
      else assertEquals(metadata.namespace, "ops", kind);
    }
  }
});

Deno.test("watched namespaces have a role each, and the cluster keeps only what is in no namespace", () => {
  const roles = make(simple, { watchNamespaces: ["b", "a", "b"] }).filter(({ kind }) => /Role/.test(kind));
  assertEquals(roles.map(({ kind, metadata }) => `${metadata.namespace} ${kind}`), [
    "a Role",
    "a RoleBinding",
    "b Role",
    "b RoleBinding",
  ]);
  for (const { kind, ...binding } of roles as Any[]) {
    if (kind !== "RoleBinding") continue;
    assertEquals(binding.subjects, [{ kind: "ServiceAccount", name: "simple", namespace: "simple" }]);
  }
  assertEquals(containerOf(simple, { watchNamespaces: ["b", "a", "b"] }).args.filter(isNamespace), [
    "--namespace=b",
    "--namespace=a",
  ]);
  const cluster = find(make(multi, { watchNamespaces: ["a"] }), "ClusterRole");
  assert(JSON.stringify(cluster.rules).includes('"pools"'));
});

Deno.test("namespaces that controllers name themselves have roles, without an argument", () => {
  const objects = make(scoped);
  const roles = objects.filter(({ kind }) => kind === "Role");
  assertEquals(roles.map(({ metadata }) => metadata.namespace), ["one", "three", "two"]);
  assertEquals(containerOf(scoped).args.filter(isNamespace), []);
  assertEquals(containerOf(scoped, { watchNamespaces: "*" }).args.filter(isNamespace), ["--namespace=*"]);
  assert(!make(scoped, { watchNamespaces: "*" }).some(({ kind }) => kind === "Role"));
});

function isNamespace(argument: string): boolean {
  return argument.startsWith("--namespace");
}

Deno.test("two operators of one name in two namespaces share no object of the cluster", () => {
  const names = (namespace: string) =>
    make(simple, { namespace, policy: true, createNamespace: true })
      .filter(({ metadata }) => metadata.namespace === undefined)
      .map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  assertEquals(new Set([...names("a"), ...names("b")]).size, names("a").length * 2);
});

Deno.test("a pod is as restricted as can be", () => {
  for (const operator of [...EXAMPLES, ...ODD]) {
    const { spec } = find(make(operator), "Deployment").spec.template;
    assertEquals(spec.automountServiceAccountToken, false);
    assertEquals(spec.securityContext.runAsNonRoot, true);
    assertEquals(spec.securityContext.seccompProfile, { type: "RuntimeDefault" });
    for (const { securityContext } of spec.containers) {
      assertEquals(securityContext, {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
    }
    const [token, ...others] = spec.volumes[0].projected.sources;
    assertEquals(token, { serviceAccountToken: { path: "token", expirationSeconds: 3600 } });
    assertEquals(others.length, 2);
    assertEquals(spec.containers[0].volumeMounts, [
      { name: "service-account", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
    ]);
  }
});

Deno.test("a pod has longer to end than its Runs", () => {
  const grace = (operator: Operator) =>
    find(make(operator), "Deployment").spec.template.spec.terminationGracePeriodSeconds;
  assertEquals([grace(simple), grace(scoped)], [30, 95]);
});

Deno.test("there is one process, and the old one ends before the new one begins", () => {
  const { spec } = find(make(simple), "Deployment");
  assertEquals([spec.replicas, spec.strategy], [1, { type: "Recreate" }]);
  assertEquals(find(make(simple, { replicas: 0 }), "Deployment").spec.replicas, 0);
  assert(!kindsOf({}).includes("PodDisruptionBudget"));
});

Deno.test("several processes, once they may be, are spread and keep all but one through a drain", () => {
  const { objects } = manifestsOf({ ...resolveManifestOptions(simple, { image }), replicas: 3 });
  const { spec } = find(objects, "Deployment");
  assertEquals(spec.strategy.type, "RollingUpdate");
  assertEquals(spec.template.spec.topologySpreadConstraints.length, 2);
  assertEquals(find(objects, "PodDisruptionBudget").spec.maxUnavailable, 1);
});

Deno.test("the labels by which pods are found stay when version and other labels change", () => {
  const of = (version: string, labels: Record<string, string>) =>
    find(make({ ...simple, version }, { labels }), "Deployment").spec.selector;
  assertEquals(of("1.0.0", {}), of("2.0.0", { team: "a" }));
});

Deno.test("a version that is no label's value is made one", () => {
  const of = (version: string) =>
    find(make({ ...order, version }), "Deployment").metadata.labels["app.kubernetes.io/version"];
  assertEquals(of("2.0.0-rc.1+build.7"), "2.0.0-rc.1_build.7");
  assertEquals([of("é"), of("-1.0~"), of(`${"1".repeat(62)}.1`)], ["", "1.0", "1".repeat(62)]);
});

Deno.test("what a pod asks for may be all that it may take, however it is written", () => {
  for (
    const [request, limit] of [["300m", "0.3"], ["1Ki", "1024"], ["1e3", "1k"], [".5", "5e-1"], ["0", "0n"], [
      "1E",
      "1e18",
    ]]
  ) {
    make(simple, { resources: { requests: { cpu: request! }, limits: { cpu: limit! } } });
  }
  const gpu = { "example.dev/gpu": "2" };
  make(simple, { resources: { requests: gpu, limits: gpu } });
});

Deno.test("flags are arguments, but for those that the environment gives", () => {
  assert(containerOf(order).args.includes("--shop=http://shop.shops.svc:8787"));
  assert(containerOf(order, { flags: { shop: "http://b.example" } }).args.includes("--shop=http://b.example"));
  const env = [{ name: "SHOP", valueFrom: { secretKeyRef: { name: "shop", key: "address" } } }];
  const container = containerOf(order, { env });
  assertEquals(container.args.filter((argument: string) => argument.startsWith("--shop")), []);
  assertEquals(container.env, env);
});

Deno.test("the text of a flag reaches the operator as it is, also where Kubernetes would put a variable", () => {
  const { args } = containerOf(order, { flags: { shop: "http://$(HOST)/$$(x)/$y" } });
  assertEquals(args.at(-1), "--shop=http://$$(HOST)/$$$$(x)/$$y");
});

Deno.test("the user may be left to the image or the cluster, and is never root", () => {
  const of = (runAsUser: number | false) =>
    find(make(simple, { runAsUser }), "Deployment").spec.template.spec.securityContext;
  assertEquals(of(1000).runAsGroup, 1000);
  assertEquals(of(false), { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
});

Deno.test("the network is open to what the operator needs, and what cannot be said is said beside it", () => {
  const of = (operator: Operator, options: Partial<ManifestOptions> = {}) =>
    find(make(operator, options), "NetworkPolicy");
  assertEquals(of(simple).spec.policyTypes, ["Ingress", "Egress"]);
  assertEquals(of(simple).spec.egress.length, 2);
  assertEquals(of(simple).spec.egress[1].to, undefined);
  const known = of(simple, { networkPolicy: { apiServerCidrs: ["10.0.0.1/32"], apiServerPorts: [6443] } });
  assertEquals(known.spec.egress[1], {
    ports: [{ protocol: "TCP", port: 6443 }],
    to: [{ ipBlock: { cidr: "10.0.0.1/32" } }],
  });
  assertEquals(of(order).spec.egress[2], {
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shops" } } }],
  });
  assertEquals(of(elevator).spec.ingress[0].ports.map(({ port }: Any) => port), ["metrics", 8081]);
  assertEquals(of(scoped).spec.egress.slice(2), [
    { ports: [{ protocol: "TCP", port: 443 }] },
    { ports: [{ protocol: "TCP", port: 8443 }] },
    { to: [{ ipBlock: { cidr: "10.1.2.3/32" } }], ports: [{ protocol: "TCP", port: 5432 }] },
    { to: [{ ipBlock: { cidr: "fd00::1/128" } }], ports: [{ protocol: "TCP", port: 80 }] },
    { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
    { to: [{ podSelector: {} }] },
    {},
  ]);
  const [note] = Object.values(of(scoped).metadata.annotations) as string[];
  assert(note!.includes("For api.example, *.wild.example, host.example the port is open to all addresses"));
});

Deno.test("a net permission is told apart by whom it reaches", () => {
  assertEquals(peerOf("127.0.0.1:80"), { type: "self" });
  assertEquals(peerOf("localhost"), { type: "self" });
  assertEquals(peerOf("[::1]:80"), { type: "self" });
  assertEquals(peerOf("[::]:80"), { type: "listening", port: 80 });
  assertEquals(peerOf("0.0.0.0"), { type: "listening", port: undefined });
  assertEquals(peerOf("a.b.svc.cluster.local:80"), { type: "service", namespace: "b" });
  assertEquals(peerOf("a.b.svc"), { type: "service", namespace: "b" });
  assertEquals(peerOf("256.1.1.1:80"), { type: "name", name: "256.1.1.1", port: 80 });
});

Deno.test("references of images are taken apart, and what is none is refused", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  assertEquals(parseImage("a"), { repository: "a", tag: undefined, digest: undefined });
  assertEquals(parseImage("localhost:5000/a/b_c:v1.0"), {
    repository: "localhost:5000/a/b_c",
    tag: "v1.0",
    digest: undefined,
  });
  assertEquals(parseImage(`r.example/a:1@${digest}`), { repository: "r.example/a", tag: "1", digest });
  assertEquals(parseImage("[fd00::1]:5000/a:1"), { repository: "[fd00::1]:5000/a", tag: "1", digest: undefined });
  for (
    const wrong of [
      "",
      " ",
      "a b",
      "a:",
      "A/B",
      "a:b:c",
      "https://a/b",
      "a@sha256:1",
      "a/",
      "/a",
      "-a",
      "a:1\n",
      "a//b",
    ]
  ) {
    assertEquals(parseImage(wrong), undefined, wrong);
  }
});

Deno.test("a wrong option has one clear error, which names it, its rule and its value", () => {
  const wrong: readonly [unknown, string][] = [
    [undefined, "options must be an object with fields: current value is undefined"],
    [{}, "image is missing: give the image"],
    [{ image: "a b" }, 'image must be a reference of an image such as registry.example/op:1.0: current value is "a b"'],
    [{ image, namespace: "A_b" }, "namespace must be the name of a namespace"],
    [{ image, namespace: "a".repeat(64) }, "namespace must be the name of a namespace"],
    [{ image, createNamespace: "yes" }, 'createNamespace must be true or false: current value is "yes"'],
    [{ image, watchNamespaces: [] }, 'watchNamespaces must have an entry; "*" is all namespaces'],
    [{ image, watchNamespaces: "a" }, 'watchNamespaces must be "*" or a list of namespaces: current value is "a"'],
    [{ image, watchNamespaces: ["a", "B"] }, "watchNamespaces[1] must be the name of a namespace"],
    [{ image, replicas: -1 }, "replicas must be 0 or 1: current value is -1"],
    [{ image, replicas: 0.5 }, "replicas must be 0 or 1: current value is 0.5"],
    [{ image, replicas: NaN }, "replicas must be 0 or 1: current value is NaN"],
    [{ image, replicas: "1" }, 'replicas must be 0 or 1: current value is "1"'],
    [{ image, replicas: 2 }, "replicas must be 0 or 1, as each of several processes would do all of the work"],
    [{ image, resources: { limits: { memory: "lots" } } }, "resources.limits.memory must be a quantity"],
    [{ image, resources: { limits: { memory: 512 } } }, "resources.limits.memory must be a quantity"],
    [{ image, resources: { limit: {} } }, "resources.limit is not an option"],
    [{ image, resources: { limits: { memory: "64Mi" } } }, "resources.requests.memory must be at most its limit"],
    [{ image, resources: { requests: { cpu: "1.5" }, limits: { cpu: "1499m" } } }, "resources.requests.cpu must be at"],
    [{ image, resources: { limits: { gpu: "1" } } }, "resources.limits has a key that is none of a resource"],
    [{ image, resources: { limits: { "a.dev/gpu": "500m" } } }, "resources.limits.a.dev/gpu must be a whole number"],
    [{ image, resources: { requests: { "a.dev/gpu": "1" } } }, "resources.requests.a.dev/gpu must be the same"],
    [{ image, podAnnotations: { a: "\ud800" } }, "podAnnotations.a must be a text without half characters"],
    [{ image, env: [{ name: "A", value: "\x7f" }] }, "env[0].value must be a text without half characters"],
    [{ image, tolerations: [{ "\0": "" }] }, "tolerations[0] must have names without half characters"],
    [{ image, networkPolicy: { apiServerCidrs: ["::ffff:1.2.3.4/128"] } }, "networkPolicy.apiServerCidrs must have"],
    [{ image, runAsUser: 0 }, "runAsUser must be the number of a user other than root, or false: current value is 0"],
    [{ image, runAsUser: true }, "runAsUser must be the number of a user"],
    [{ image, port: 80 }, "port must be a whole number from 1024 to 65535, as below that"],
    [{ image, port: 70000 }, "port must be a whole number from 1024"],
    [{ image, imagePullPolicy: "always" }, 'imagePullPolicy must be "Always" or "IfNotPresent" or "Never"'],
    [{ image, imagePullSecrets: [{ name: "a" }] }, "imagePullSecrets[0] must be the name of an object"],
    [{ image, monitoring: true }, 'monitoring must be "pod" or "service": current value is true'],
    [{ image, logLevel: "trace" }, 'logLevel must be "debug" or'],
    [{ image, labels: { "a b": "c" } }, 'labels has a key that is none of a label: current value is "a b"'],
    [{ image, labels: { a: "c d" } }, "labels.a must be the value of a label"],
    [{ image, labels: { "app.kubernetes.io/name": "x" } }, "labels.app.kubernetes.io/name is set by the manifests"],
    [{ image, env: [{ name: "1=2", value: "" }] }, "env[0].name must be the name of a variable"],
    [{ image, env: [{ name: "A" }] }, "env[0] (A) must have either value or valueFrom"],
    [{ image, env: [{ name: "A", value: 1 }] }, "env[0].value (of A) must be a text"],
    [{ image, networkPolicy: { apiServerCidrs: ["10.0.0.1"] } }, "networkPolicy.apiServerCidrs must have blocks"],
    [{ image, networkPolicy: { apiServerPorts: [] } }, "networkPolicy.apiServerPorts must have an entry"],
    [{ image, networkPolicy: { ports: [] } }, "networkPolicy.ports is not an option"],
    [{ image, networkPolicy: null }, "networkPolicy must be an object with fields: current value is null"],
    [{ image, tolerations: ["a"] }, "tolerations[0] must be an object with fields"],
    [{ image, flags: { shop: 1 } }, "flags.shop must be a text: current value is 1"],
    [{ image, replica: 1 }, "replica is not an option"],
  ];
  for (const [options, message] of wrong) {
    assertThrows(
      () => manifests(order, options as ManifestOptions),
      OptionsError,
      `Cannot make manifests as ${message}`,
    );
  }
});

Deno.test("a flag that the operator does not know, and namespaces where none is watched, are refused", () => {
  assertThrows(
    () => make(simple, { flags: { shop: "x" } }),
    OptionsError,
    "Cannot use --shop as the operator has no such",
  );
  assertThrows(() => make(ODD[1]!, { watchNamespaces: ["a"] }), OptionsError, "watchNamespaces has no effect");
});

Deno.test("the value of a variable is never in an error", () => {
  const env = [{ name: "TOKEN", value: "hunter2", valueFrom: {} }];
  const error = assertThrows(() => make(plain, { env }), OptionsError);
  assert(!error.message.includes("hunter2"));
});

Deno.test("what is computed is nobody else's: changing it changes nothing", () => {
  const labels = { team: "a" };
  const first = make(plain, { labels });
  for (const object of first as Any[]) object.metadata.labels.team = "b";
  assertEquals(labels, { team: "a" });
  assertEquals(make(plain, { labels })[0]!.metadata.labels!.team, "a");
});
