/** Trouble on a real control plane, as an operator on call meets it: each gives one clear line, and nothing is lost. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  type ClusterClient,
  connect,
  create,
  defineResource,
  defineSteps,
  installCrd,
  type Logger,
  serveController,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { callApi, createIfMissing } from "./api.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

/** A kind of a group of its own, so that tests do not meet. */
function newKind() {
  const group = `t${crypto.randomUUID().slice(0, 8)}.example.dev`;
  return defineResource({
    group,
    version: "v1",
    kind: "Thing",
    scope: "Namespaced",
    spec: jsonSchema<{ size?: number; bad?: boolean }>({
      type: "object",
      properties: { size: { type: "integer" }, bad: { type: "boolean" } },
    }),
  });
}
type Thing = ReturnType<typeof newKind>;

/** For each Thing a ConfigMap; `bad` ones ask for what the API server refuses. */
function stepsFor(thing: Thing) {
  return defineSteps(thing)
    .observe("find the map", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
    .change("create the map", ({ object }, found) =>
      found ?? create(ConfigMap, {
        metadata: { name: object.metadata.name, labels: object.spec.bad ? { "not a label": "x" } : {} },
      }));
}

function keepingLogger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: () => {}, info: keep("info"), warn: keep("warn"), error: keep("error") };
}

async function serve(client: ClusterClient, thing: Thing) {
  const logger = keepingLogger();
  const controller = await serveController({
    resource: thing,
    steps: stepsFor(thing),
    owns: [ConfigMap],
    namespace: "default",
    client,
    logger,
    handleSignals: false,
  });
  const said = (text: string) => eventually(() => logger.lines.find((line) => line.includes(text)), { within: 20_000 });
  return { controller, logger, said, [Symbol.asyncDispose]: () => controller.shutdown() };
}

async function createThing(
  cluster: Cluster,
  thing: Thing,
  name: string,
  spec: Record<string, unknown> = {},
): Promise<true> {
  const path = `/apis/${thing.group}/v1/namespaces/default/things`;
  const body = { apiVersion: `${thing.group}/v1`, kind: "Thing", metadata: { name }, spec };
  // Asked again after an outage, it may be there: then the answer had been lost.
  await createIfMissing(adminOf(cluster), path, body);
  return true;
}

async function mapExists(cluster: Cluster, name: string): Promise<void> {
  const path = `/api/v1/namespaces/default/configmaps/${name}`;
  await eventually(() => callApi(adminOf(cluster), "GET", path), { within: 30_000 });
}

async function install(cluster: Cluster, thing: Thing): Promise<void> {
  using admin = await connect({ kubeconfig: cluster.kubeconfig });
  await installCrd(admin, thing);
}

/** A kubeconfig like the administrator's, with something changed. */
async function changedKubeconfig(cluster: Cluster, change: (text: string) => string): Promise<string> {
  const path = await Deno.makeTempFile({ dir: cluster.dir, suffix: ".kubeconfig" });
  await Deno.writeTextFile(path, change(await Deno.readTextFile(cluster.kubeconfig)));
  return path;
}

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

clusterTest("a CRD that is not installed is waited for, and said", async (cluster) => {
  const thing = newKind();
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  await using served = await serve(client, thing);
  const line = await served.said("to be installed");
  assertStringIncludes(line, `warn waiting for kind Thing (${thing.group}/v1) to be installed`);
  await install(cluster, thing);
  const name = unique("late");
  await createThing(cluster, thing, name);
  await mapExists(cluster, name);
  await served.said("the watch of Thing works again");
  assertEquals(served.logger.lines.filter((text) => text.includes("to be installed")).length, 1);
});

clusterTest(
  "a verb that RBAC does not allow is named, with the resource; once it is allowed, all goes on",
  async (cluster) => {
    const thing = newKind();
    await install(cluster, thing);
    const account = unique("limited");
    using client = await connect({
      kubeconfig: await cluster.serviceAccountKubeconfig({ namespace: "default", name: account }),
    });
    await using served = await serve(client, thing);
    const line = await served.said("403");
    assertMatch(
      line,
      /^warn Cannot (list|watch) .* 403 Forbidden: .* lacks the right to (list|watch) (configmaps|things\.)/,
    );
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    await callApi(adminOf(cluster), "POST", `${rbac}/clusterrolebindings`, {
      metadata: { name: account },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: "default" }],
    });
    const name = unique("allowed");
    await createThing(cluster, thing, name);
    await mapExists(cluster, name);
    await callApi(adminOf(cluster), "DELETE", `${rbac}/clusterrolebindings/${account}`);
  },
);

clusterTest("a token that is no longer valid is said; the file is read again, and all goes on", async (cluster) => {
  const thing = newKind();
  await install(cluster, thing);
  const tokenFile = await Deno.makeTempFile({ dir: cluster.dir, suffix: ".token" });
  await Deno.writeTextFile(tokenFile, "expired");
  const kubeconfig = await changedKubeconfig(cluster, (text) =>
    text.replace(/"?token"?: .*/, (line) => {
      const comma = line.trimEnd().endsWith(",") ? "," : "";
      return line.startsWith('"') ? `"tokenFile": ${JSON.stringify(tokenFile)}${comma}` : `tokenFile: ${tokenFile}`;
    }));
  using client = await connect({ kubeconfig });
  await using served = await serve(client, thing);
  assertStringIncludes(await served.said("401"), "401 Unauthorized");
  await Deno.writeTextFile(tokenFile, cluster.adminToken);
  const name = unique("renewed");
  await createThing(cluster, thing, name);
  await mapExists(cluster, name);
});

clusterTest("a certificate of another authority is said to be one", async (cluster) => {
  const other = await new Deno.Command("openssl", {
    args: "req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=other -days 1".split(" "),
    stderr: "null",
  }).output();
  const data = btoa(new TextDecoder().decode(other.stdout));
  const kubeconfig = await changedKubeconfig(
    cluster,
    (text) =>
      text.replace(/(certificate-authority-data"?: "?)[A-Za-z0-9+/=]+/, `$1${data}`)
        .replace(/"?certificate-authority"?: .*/, (line) =>
          line.startsWith('"')
            ? `"certificate-authority-data": "${data}"${line.endsWith(",") ? "," : ""}`
            : `certificate-authority-data: ${data}`),
  );
  using client = await connect({ kubeconfig });
  await using served = await serve(client, newKind());
  assertMatch(await served.said("Cannot"), /certificate/);
});

clusterTest("a server that nobody answers at is said, with its problem", async (cluster) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const kubeconfig = await changedKubeconfig(
    cluster,
    (text) => text.replaceAll(cluster.url, `https://127.0.0.1:${port}`),
  );
  using client = await connect({ kubeconfig });
  await using served = await serve(client, newKind());
  assertMatch(await served.said("Cannot"), /reached|refused/);
});

clusterTest("what the API server refuses fails that object alone, with the field that is wrong", async (cluster) => {
  const thing = newKind();
  await install(cluster, thing);
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  await using served = await serve(client, thing);
  const [bad, good] = [unique("bad"), unique("good")];
  await createThing(cluster, thing, bad, { bad: true });
  await createThing(cluster, thing, good);
  await mapExists(cluster, good);
  const line = await served.said("422");
  assertMatch(line, /^warn failed .*create the map.*422 Invalid.*metadata\.labels.*not a label/);
  await callApi(adminOf(cluster), "PATCH", `/apis/${thing.group}/v1/namespaces/default/things/${bad}`, {
    spec: { bad: false },
  });
  await mapExists(cluster, bad);
});

clusterTest("an API server that goes away and comes back: said once, nothing lost", async (cluster) => {
  const thing = newKind();
  await install(cluster, thing);
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  await using served = await serve(client, thing);
  await served.controller.ready;
  const before = unique("before");
  await createThing(cluster, thing, before);
  await mapExists(cluster, before);
  await cluster.stopApiServer("SIGKILL");
  const line = await served.said("Cannot");
  assert(line.startsWith("warn"), line);
  await cluster.startApiServer();
  const after = unique("after");
  await eventually(() => createThing(cluster, thing, after), { within: 20_000 });
  await mapExists(cluster, after);
  await served.said("the watch of Thing works again");
});

clusterTest(
  "an API server that freezes for a while: what happened meanwhile is done when it thaws",
  async (cluster) => {
    const thing = newKind();
    await install(cluster, thing);
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    await using served = await serve(client, thing);
    await served.controller.ready;
    await cluster.pauseApiServer();
    const name = unique("frozen");
    const creating = eventually(() => createThing(cluster, thing, name), { within: 60_000 });
    await cluster.resumeApiServer();
    await creating;
    await mapExists(cluster, name);
  },
);
