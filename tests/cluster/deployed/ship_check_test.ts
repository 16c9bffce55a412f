/**
 * Every example the whole way, as its users go it: built, made an image, its manifests applied, and at work in a Pod under
 * exactly what they grant. `deno task ship:check` runs this and the tests of rights, and prints the table.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadAll } from "js-yaml";
import { callApi } from "../api.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { succeed } from "../deployed_files.ts";
import { findHelm } from "../helm.ts";
import type { PodRecord } from "../node/real_node.ts";
import { eventOf, refusalOf } from "../rights_fixture.ts";
import { canDeploy, DeployedOperator, deployTest } from "./deployed_operator.ts";
import { manifestsOf } from "./shipped.ts";
import { WISHES, type Wishes } from "./wishes.ts";

const helm = canDeploy ? await findHelm() : undefined;

const HEAD = [
  "example",
  "MB",
  "ready",
  "first change",
  "RSS",
  "rights",
  "refused",
  "taken as",
  "a stolen token is stopped by: Secrets, own kind",
];
const table: string[][] = [HEAD, HEAD.map(({ length }) => "-".repeat(length))];

for (const wishes of WISHES) {
  deployTest(
    `example ${wishes.name} does its work in a Pod, with its computed permissions, rights and policy`,
    (cluster) => check(cluster, wishes),
  );
}

deployTest("the table of the shipped examples has a row for each", () => {
  const widths = HEAD.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
  const lines = table.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`);
  // deno-lint-ignore no-console -- what the reader of a test's output wants to see
  console.log(`\n${lines.join("\n")}`);
  assertEquals(table.length, 2 + WISHES.length);
  return Promise.resolve();
});

async function check(cluster: Cluster, wishes: Wishes): Promise<void> {
  await using deployed = await DeployedOperator.deploy(cluster, wishes);
  const { users, user, pod, shipped, yaml } = deployed;
  const forms = await takenForms(deployed);
  await wishes.act(user, users);
  const rss = await memoryOf(pod);
  const refused = (await deployed.requests()).filter(({ responseStatus }) => responseStatus?.code === 403);
  const told = refused.map(({ verb, requestURI, responseStatus }) => [verb, requestURI, responseStatus?.message]);
  assertEquals(told, [], deployed.log);

  const theft = await steal(deployed);
  const { kind, draft: { metadata: { name } } } = wishes.early(users);
  await user.delete(kind, name);
  await user.waitUntilGone(kind, name);
  await deployed.scale(0);
  await eventually(() => pod.code !== undefined, { within: 30_000 });
  assertEquals(pod.code, 0, deployed.log);
  // Nothing was asked of Deno that it had to refuse, either.
  assert(!deployed.log.includes("NotCapable") && !deployed.log.includes('"level":"error"'), deployed.log);

  const rights = loadAll(yaml).flatMap((object) => (object as { rules?: Rule[] }).rules ?? [])
    .reduce((sum, { verbs }) => sum + verbs.length, 0);
  table.push([
    wishes.name,
    (shipped.size / 1e6).toFixed(1),
    `${saidAfter(pod, "ready")} ms`,
    `${saidAfter(pod, "changed")} ms`,
    `${(rss / 2 ** 20).toFixed(0)} MiB`,
    String(rights),
    String(refused.length),
    forms.join(", "),
    theft,
  ]);
  // deno-lint-ignore no-console -- what the reader of a test's output wants to see
  console.log(`${wishes.name}: ${shipped.permissions}`);
}

interface Rule {
  readonly verbs: readonly string[];
}

/** The forms in which the API server would take the manifests. */
async function takenForms(
  { cluster, shipped: { main }, args, folder, own, yaml }: DeployedOperator,
): Promise<string[]> {
  const dry = ["apply", "--dry-run=server", "--validate=strict"];
  const forms = ["YAML", "Kustomize"];
  await succeed(cluster, "kubectl", [...dry, "-f", "-"], yaml);
  await manifestsOf(main, [...args, "--format", "kustomize", "--output", `${folder}/base`]);
  await succeed(cluster, "kubectl", [...dry, "-k", `${folder}/base`]);
  if (helm === undefined) return forms;
  await manifestsOf(main, [...args, "--format", "helm", "--output", `${folder}/chart`]);
  const rendered = await succeed(cluster, helm, ["template", "it", `${folder}/chart`, "--namespace", own]);
  await succeed(cluster, "kubectl", [...dry, "-f", "-"], rendered);
  return [...forms, "Helm"];
}

/** The memory of its process, in bytes. */
async function memoryOf({ container }: PodRecord): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${await container.pid()}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** From the start of its process to the first line with a message, in milliseconds. */
function saidAfter({ container }: PodRecord, text: string): number {
  const lines = container.log().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const line = lines.find(({ message }) => message === text);
  return Date.parse(line.time) - container.startedAt;
}

/** Tries what whoever has stolen the Pod's token would try; answers who refused it. */
async function steal(deployed: DeployedOperator): Promise<string> {
  const { admin, pod, users, wishes: { name } } = deployed;
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

  // The objects that its users make are theirs.
  const { kind: { group, version, plural, scope }, draft } = deployed.wishes.early(users);
  const collection = scope === "Namespaced" ? `namespaces/${users}/${plural}` : plural;
  const path = `/apis/${group}/${version}/${collection}/${draft.metadata.name}`;
  const own = await refusalOf(() => callApi(thief, "PATCH", path, { metadata: { labels: { stolen: "yes" } } }));
  assert(own?.includes(" 403 "), own);
  const byPolicy = [refusals["create"], own].map((text) =>
    text!.includes(`the operator ${name} may not`) ? "policy" : "rights"
  );
  // Where nothing but the policy stands in the way, it does.
  if (name === "simple") assertStringIncludes(refusals["create"]!, "the operator simple may not create");
  return byPolicy.join(", ");
}
