/**
 * Every example the whole way, as its users go it: built, made an image, its manifests applied, and at work in a Pod under
 * exactly what they grant. `deno task ship:check` runs this and the tests of rights, and prints the table.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TypedClient } from "@staircase/operator/client";
import { kindOf } from "@staircase/operator";
import { Deployment } from "@staircase/operator/kinds";
import { loadAll } from "js-yaml";
import { connect } from "../../../mod.ts";
import { canRunPods } from "../../packaging/pod_root.ts";
import { compilerAtHand } from "../../packaging/programs.ts";
import { type ApiTarget, callApi } from "../api.ts";
import { type Cluster, eventually, readAudit } from "../cluster.ts";
import { clusterTest, hasCluster } from "../cluster_test_case.ts";
import { ask, succeed } from "../deployed_files.ts";
import { findHelm, runs } from "../helm.ts";
import { type PodRecord, RealNode } from "../node/real_node.ts";
import { eventOf, refusalOf } from "../rights_fixture.ts";
import { adminOf } from "../simple_fixture.ts";
import { manifestsOf, ship, type Shipped } from "./shipped.ts";
import { WISHES, type Wishes } from "./wishes.ts";

/** Building takes Deno's runtime part (DENORT_BIN, DENO_2_6), and a Pod root and some programs. */
const isPossible = hasCluster() && compilerAtHand() !== undefined && await canRunPods() &&
  await runs("kubectl", "version", "--client");
const helm = isPossible ? await findHelm() : undefined;

const HEAD = ["example", "MB", "ready", "RSS", "rights", "refused", "taken as", "foreign Secret, a spec of its own"];
const table: string[][] = [HEAD, HEAD.map(({ length }) => "-".repeat(length))];

for (const wishes of WISHES) {
  const name = `example ${wishes.name} does its work in a Pod, with its computed permissions, rights and policy`;
  if (isPossible || !hasCluster()) clusterTest(name, (cluster) => check(cluster, wishes));
  else Deno.test({ name, ignore: true, fn() {} });
}

if (isPossible) {
  clusterTest("the table of the shipped examples has a row for each", () => {
    const widths = HEAD.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
    const lines = table.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`);
    // deno-lint-ignore no-console -- what the reader of a test's output wants to see
    console.log(`\n${lines.join("\n")}`);
    assertEquals(table.length, 2 + WISHES.length);
    return Promise.resolve();
  });
}

async function check(cluster: Cluster, { name, program, flags, neighbours, act }: Wishes): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "staircase-shipped-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const shipped = await ship(program, flags, folder);
  const neighbourhood = neighbours?.();
  if (neighbourhood) stack.use(neighbourhood);

  const admin = adminOf(cluster);
  const [own, users] = await Promise.all(["operator", "users"].map((what) => namespaceFor(admin, `${name}-${what}`)));
  stack.defer(async () => void await ask(cluster, "kubectl", ["delete", "namespace", own!, users!, "--wait=false"]));
  const reference = { images: { [IMAGE]: shipped.image }, neighbours: neighbourhood?.neighbours ?? [] };
  const node = stack.use(await RealNode.join(admin, reference));

  await succeed(cluster, "kubectl", ["apply", "-f", "-"], await crdsOf(shipped));
  const place = ["--image", IMAGE, "--namespace", own!, "--policy", ...flags];
  // A kind that is in no namespace needs all.
  const scope = name === "multi" ? [] : ["--watch-namespace", users!];
  const where = ["--node-selector", `kubernetes.io/hostname=${node.name}`, "--toleration", '{"operator":"Exists"}'];
  const args = [...place, ...scope, ...where];
  const forms = await takenForms(cluster, shipped, args, folder);

  const yaml = await manifestsOf(shipped.main, args);
  await succeed(cluster, "kubectl", ["apply", "-f", "-"], yaml);
  stack.defer(async () => void await ask(cluster, "kubectl", ["delete", "--wait=false", "-f", "-"], yaml));
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const operator = new TypedClient(client, { namespace: own! });
  await operator.waitFor(Deployment, name, ({ status }) => status?.availableReplicas === 1, { timeout: "60s" });

  const [pod] = node.pods;
  const user = new TypedClient(client, { namespace: users! });
  await act(user, users!);
  const rss = await memoryOf(pod!);
  const account = `system:serviceaccount:${own}:${name}`;
  const refused = await readAudit(cluster, { username: account, code: 403 });
  const log = pod!.container.log();
  assertEquals(
    refused.map(({ verb, requestURI, responseStatus }) => [verb, requestURI, responseStatus?.message]),
    [],
    log,
  );

  const theft = await steal(admin, pod!, { name, users: users!, user, shipped });
  await operator.patch(Deployment, name, { merge: { spec: { replicas: 0 } } });
  await eventually(() => pod!.code !== undefined, { within: 30_000 });
  assertEquals(pod!.code, 0, pod!.container.log());
  // Nothing was asked of Deno that it had to refuse, either.
  assert(!log.includes("NotCapable") && !log.includes('"level":"error"'), log);

  const rights = loadAll(yaml).flatMap((object) => (object as { rules?: Rule[] }).rules ?? [])
    .reduce((sum, { verbs }) => sum + verbs.length, 0);
  table.push([
    name,
    (shipped.size / 1e6).toFixed(1),
    `${readyAfter(pod!)} ms`,
    `${(rss / 2 ** 20).toFixed(0)} MiB`,
    String(rights),
    String(refused.length),
    forms.join(", "),
    theft,
  ]);
  // deno-lint-ignore no-console -- what the reader of a test's output wants to see
  console.log(`${name}: ${shipped.permissions}`);
}

const IMAGE = "registry.example/operator:1.0.0";

interface Rule {
  readonly verbs: readonly string[];
}

async function namespaceFor(admin: ApiTarget, prefix: string): Promise<string> {
  const name = `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
  // Pod Security applies to the operator's own, and to what it makes.
  const labels = prefix.endsWith("operator") ? { "pod-security.kubernetes.io/enforce": "restricted" } : {};
  await callApi(admin, "POST", "/api/v1/namespaces", { metadata: { name, labels } });
  return name;
}

/** The definitions of its kinds. */
async function crdsOf({ main }: Shipped): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", main, "crd"],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The forms in which the API server would take the manifests. */
async function takenForms(
  cluster: Cluster,
  { main }: Shipped,
  args: readonly string[],
  folder: string,
): Promise<string[]> {
  const dry = ["apply", "--dry-run=server", "--validate=strict"];
  const forms = ["YAML", "Kustomize"];
  await succeed(cluster, "kubectl", [...dry, "-f", "-"], await manifestsOf(main, args));
  await manifestsOf(main, [...args, "--format", "kustomize", "--output", `${folder}/base`]);
  await succeed(cluster, "kubectl", [...dry, "-k", `${folder}/base`]);
  if (helm === undefined) return forms;
  await manifestsOf(main, [...args, "--format", "helm", "--output", `${folder}/chart`]);
  const namespace = args[args.indexOf("--namespace") + 1]!;
  const rendered = await succeed(cluster, helm, ["template", "it", `${folder}/chart`, "--namespace", namespace]);
  await succeed(cluster, "kubectl", [...dry, "-f", "-"], rendered);
  return [...forms, "Helm"];
}

/** The memory of its process, in bytes. */
async function memoryOf({ container }: PodRecord): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${await container.pid()}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** From the start of its process to the line which says that it has listed its kinds, in milliseconds. */
function readyAfter({ container }: PodRecord): number {
  const lines = container.log().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const last = lines.findLast(({ message }) => message === "ready");
  return Date.parse(last.time) - container.startedAt;
}

/** Tries what whoever has stolen the Pod's token would try; answers who refused it. */
async function steal(
  admin: ApiTarget,
  pod: PodRecord,
  { name, users, user, shipped }: { name: string; users: string; user: TypedClient; shipped: Shipped },
): Promise<string> {
  const thief = { ...admin, token: await pod.token() };
  const secrets = `/api/v1/namespaces/${users}/secrets`;
  await callApi(admin, "POST", secrets, { metadata: { name: "foreign" }, stringData: { a: "b" } });
  const refusals: Record<string, string | undefined> = {
    create: await refusalOf(() => callApi(thief, "POST", secrets, { metadata: { name: "forged" } })),
    change: await refusalOf(() => callApi(thief, "PATCH", `${secrets}/foreign`, { stringData: { a: "c" } })),
    delete: await refusalOf(() => callApi(thief, "DELETE", `${secrets}/foreign`)),
    // The policy refuses this Event; rights do not come so far where Events are not written.
    event: await refusalOf(() =>
      callApi(thief, "POST", `/apis/events.k8s.io/v1/namespaces/${users}/events`, eventOf("nobody", users))
    ),
  };
  for (const [what, refusal] of Object.entries(refusals)) assert(refusal?.includes(" 403 "), `${what}: ${refusal}`);
  const { data } = await callApi<{ data: Record<string, string> }>(admin, "GET", `${secrets}/foreign`);
  assertEquals(data, { a: btoa("b") });

  // The objects that its users make are theirs: their specs, too.
  const [crd] = loadAll(await crdsOf(shipped)) as Definition[];
  const { group, names: { kind, plural }, scope, versions: [version] } = crd!.spec;
  const resource = kindOf({ group, version: version!.name, kind, plural, scope });
  const spec = { floor: 1, item: "x", seats: 1, pool: "none", title: "x", text: "x", replicas: 0 };
  await user.create(resource, { metadata: { name: `theirs-${users}` }, spec } as never);
  const collection = scope === "Namespaced" ? `namespaces/${users}/${plural}` : plural;
  const path = `/apis/${group}/${version!.name}/${collection}/theirs-${users}`;
  const own = await refusalOf(() => callApi(thief, "PATCH", path, { metadata: { labels: { stolen: "yes" } } }));
  assert(own?.includes(" 403 "), own);
  await user.delete(resource, `theirs-${users}`);
  const byPolicy = [refusals["create"], own].map((text) =>
    text!.includes(`the operator ${name} may not`) ? "policy" : "rights"
  );
  // Where nothing but the policy stands in the way, it does.
  if (name === "simple") assertStringIncludes(refusals["create"]!, "the operator simple may not create");
  return byPolicy.join(", ");
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly scope: "Namespaced" | "Cluster";
    readonly versions: readonly { readonly name: string }[];
  };
}
