/** What the commands print. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { load, loadAll } from "js-yaml";
import type { CrdManifest } from "../../lib/kube/mod.ts";
import type { Manifest } from "../../lib/deploy/mod.ts";
import { call, Greeting, operator } from "./fixture.ts";

const COMMANDS = ["run", "manifests", "crd", "permissions", "graph", "version", "completions"];

Deno.test("each command has a help with examples that begin with the program's name, and lists its flags", async () => {
  for (const command of COMMANDS) {
    const help = await call([command, "--help"]);
    assertEquals([help.code, help.err], [0, ""]);
    assertStringIncludes(help.out, `Usage: greeter ${command}`);
    assertStringIncludes(help.out, `Examples:\n  # `);
    assertStringIncludes(help.out, `\n  greeter ${command}`);
    for (const other of [[command, "-h"], ["help", command]]) assertEquals((await call(other)).out, help.out);
    assert(help.out.split("\n").every((line) => line.length <= 106), "lines fit on a terminal");
  }
  const { out } = await call(["--help"]);
  for (const command of COMMANDS) assertStringIncludes(out, `\n  ${command} `);
  assertStringIncludes(out, "Greets.");
});

Deno.test("the help says of each flag its default, its variable, and which flags are the operator's own", async () => {
  const { out } = await call(["run", "--help"]);
  assertStringIncludes(
    out,
    "Flags of this operator:\n  --depth VALUE  how deep to bow [default: 3] [env: GREETER_DEPTH]\n",
  );
  assertStringIncludes(out, "[env: OPERATOR_PORT]");
  assertStringIncludes(out, "--[no-]install-crds");
});

Deno.test("`version` and `--version` print name and version", async () => {
  for (const args of [["version"], ["--version"]]) {
    assertEquals(await call(args), { code: 0, out: "greeter 1.2.3\n", err: "" });
  }
});

Deno.test("`crd` prints the definitions of the operator's own kinds, as YAML", async () => {
  const { code, out } = await call(["crd"]);
  assertEquals(code, 0);
  assertEquals(loadAll(out) as unknown as CrdManifest[], [JSON.parse(JSON.stringify(Greeting.crd))]);
});

Deno.test("`permissions` for a pod: the API server, the account, the port of the manifests, and the variables of its own flags", async () => {
  const { out } = await call(["permissions", "--format", "json"]);
  const needs = JSON.parse(out);
  assertEquals(needs.net, ["kubernetes.default.svc:443", "[::]:8080", "0.0.0.0:8080"]);
  assertEquals(needs.env, ["GREETER_DEPTH"]);
  assertEquals(needs.read, ["/var/run/secrets/kubernetes.io/serviceaccount"]);
  const with9 = await call(["permissions", "--format", "json", "--port", "9", "--host", "10.0.0.1", "--variables"]);
  assertEquals(JSON.parse(with9.out).net, ["kubernetes.default.svc:443", "10.0.0.1:9"]);
  assert(JSON.parse(with9.out).env.includes("OPERATOR_PORT"));
});

Deno.test("`permissions` as flags, as a set for `deno run -P`, and as one for `deno compile -P` grant the same", async () => {
  const flags = await call(["permissions"]);
  assertStringIncludes(flags.out, "--allow-net=kubernetes.default.svc:443");
  const set = JSON.parse((await call(["permissions", "--format", "deno"])).out).permissions.default;
  assertEquals(JSON.parse((await call(["permissions", "--format", "compile"])).out).compile.permissions, set);
  assertEquals(Object.keys(set).sort(), ["env", "net", "read"]);
  for (const [kind, values] of Object.entries<string[]>(set)) {
    assertStringIncludes(flags.out, `--allow-${kind}=${values.join(",")}`);
  }
});

Deno.test("`manifests` prints the same objects as YAML and as JSON, and tells where the definitions are", async () => {
  const yaml = await call(["manifests", "--image", "registry.example/greeter:1"]);
  const json = await call(["manifests", "--image", "registry.example/greeter:1", "--format", "json"]);
  assertEquals([yaml.code, json.code], [0, 0]);
  assertEquals(loadAll(yaml.out) as unknown, JSON.parse(json.out).items);
  assertEquals(
    yaml.err,
    "The definitions of its kinds are apart, and come first: greeter crd | kubectl apply --server-side --force-conflicts -f -\n",
  );
});

Deno.test("each flag of `manifests` reaches the objects", async () => {
  const { code, out, err } = await call([
    ...["manifests", "--image", "registry.example/greeter:1", "--format", "json", "--namespace", "here"],
    ...["--watch-namespace", "a,b", "--watch-namespace", "c", "--depth", "5", "--env", "TEXT=a,b=c"],
    ...["--create-namespace", "--image-pull-policy", "Always", "--image-pull-secret", "key", "--install-crds"],
    ...[
      "--replicas",
      "0",
      "--run-as-user",
      "7000",
      "--request",
      "cpu=1,memory=1Gi",
      "--limit",
      "memory=2Gi",
      "--port",
      "9000",
    ],
    ...["--log-level", "warn", "--api-server-port", "7443", "--api-server-cidr", "10.0.0.1/32", "--label", "team=x"],
    ...["--pod-annotation", "a.example/b=c,d", "--service-account-annotation", "role=r", "--priority-class", "high"],
    ...["--node-selector", "disk=ssd", "--toleration", '{"key":"dedicated","operator":"Exists"}'],
    ...["--affinity", '{"nodeAffinity":{}}'],
  ]);
  assertEquals([code, err], [0, ""]);
  const objects: Manifest[] = JSON.parse(out).items;
  // deno-lint-ignore no-explicit-any -- a tree of JSON
  const of = (kind: string): any => objects.find((object) => object.kind === kind);
  const { spec: { replicas, template: { metadata, spec } } } = of("Deployment");
  const [container] = spec.containers;
  for (const arg of ["--port=9000", "--log-level=warn", "--namespace=a", "--namespace=c", "--depth=5"]) {
    assert(container.args.includes(arg), arg);
  }
  assertEquals(container.args.includes("--no-install-crds"), false);
  assert(container.env.some(({ name, value }: Record<string, string>) => name === "TEXT" && value === "a,b=c"));
  assertEquals([replicas, container.imagePullPolicy, spec.imagePullSecrets], [0, "Always", [{ name: "key" }]]);
  assertEquals([spec.securityContext.runAsUser, spec.securityContext.runAsGroup], [7000, 7000]);
  assertEquals(container.resources, { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } });
  assertEquals([spec.priorityClassName, spec.nodeSelector, spec.affinity], ["high", { disk: "ssd" }, {
    nodeAffinity: {},
  }]);
  assertEquals(spec.tolerations, [{ key: "dedicated", operator: "Exists" }]);
  assertEquals(metadata.annotations["a.example/b"], "c,d");
  assertEquals(of("ServiceAccount").metadata.annotations.role, "r");
  assertEquals(of("Namespace").metadata.name, "here");
  assert(objects.every(({ metadata: { labels } }) => labels?.["team"] === "x"));
  assertStringIncludes(JSON.stringify(of("NetworkPolicy")), "7443");
  assertStringIncludes(JSON.stringify(of("NetworkPolicy")), "10.0.0.1/32");
});

Deno.test("`manifests --run-as-user none` names no user, and still none may be root", async () => {
  const { out } = await call(["manifests", "--image", "x", "--format", "json", "--run-as-user", "none"]);
  const { spec } = JSON.parse(out).items.find(({ kind }: Manifest) => kind === "Deployment").spec.template;
  assertEquals([spec.securityContext.runAsUser, spec.securityContext.runAsNonRoot], [undefined, true]);
});

/** Switches of `manifests`, and the kinds that they add, or take away. */
const SWITCHES: readonly (readonly [args: readonly string[], added: readonly string[], gone: readonly string[]])[] = [
  [["--policy"], ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], []],
  [["--monitoring", "pod"], ["PodMonitor"], []],
  [["--monitoring", "service"], ["Service", "ServiceMonitor"], []],
  [["--alerts"], ["PrometheusRule"], []],
  [["--dashboard"], ["ConfigMap"], []],
  [["--no-network-policy"], [], ["NetworkPolicy"]],
  [["--no-create-namespace"], [], ["Namespace"]],
];

for (const [args, added, gone] of SWITCHES) {
  Deno.test(`manifests ${args.join(" ")} ${added.length > 0 ? `adds ${added.join(" and ")}` : `leaves out ${gone}`}`, async () => {
    const kindsOf = async (...more: readonly string[]) => {
      const { out } = await call(["manifests", "--image", "x", "--format", "json", ...more]);
      return new Set((JSON.parse(out).items as Manifest[]).map(({ kind }) => kind));
    };
    const [plain, changed] = [await kindsOf(), await kindsOf(...args)];
    assertEquals([...changed.difference(plain)].sort(), added);
    assertEquals([...plain.difference(changed)].sort(), gone);
  });
}

Deno.test("a variable of this machine changes nothing in the manifests", async () => {
  const args = ["manifests", "--image", "registry.example/greeter:1"];
  const env = { GREETER_DEPTH: "9", OPERATOR_PORT: "1", OPERATOR_LOG_LEVEL: "warn", OPERATOR_WATCH_NAMESPACE: "x" };
  assertEquals(await call(args, { env }), await call(args));
});

Deno.test("`manifests --output` writes the files, with the definitions in one of their own, and says which", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, out } = await call(["manifests", "--image", "x", "--output", folder]);
    assertEquals([code, out], [0, `wrote ${folder}/crds.yaml\nwrote ${folder}/operator.yaml\n`]);
    const crd = load(await Deno.readTextFile(`${folder}/crds.yaml`)) as unknown as CrdManifest;
    assertEquals(crd.metadata.name, "greetings.example.dev");
    const base = await call(["manifests", "--image", "x", "--format", "kustomize", "--output", `${folder}/base`]);
    assertStringIncludes(base.out, `wrote ${folder}/base/kustomization.yaml\n`);
    assertStringIncludes(base.out, `wrote ${folder}/base/crds/kustomization.yaml\n`);
    const chart = await call(["manifests", "--image", "x:1", "--format", "helm", "--output", `${folder}/chart`]);
    assertStringIncludes(chart.out, `wrote ${folder}/chart/Chart.yaml\n`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an operator without a name has that of its controller, in all that it prints", async () => {
  const [controllers] = [operator.controllers as readonly never[]];
  const { out } = await call(["version"], { operator: { controllers: controllers.slice(0, 1) } });
  assertEquals(out, "greeting 0.0.0\n");
});
