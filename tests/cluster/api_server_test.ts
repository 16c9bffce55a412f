/** `startApiServer`, the published helper, with the real programs. */

import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError, connect, serveController } from "../../mod.ts";
import { isForbidden } from "../../lib/doors/errors.ts";
import { controller, Foo } from "../../examples/simple.ts";
import { Secret } from "../../lib/kube/kinds/mod.ts";
import { collectionPath, objectPath, toApiError } from "../../lib/kube/mod.ts";
import { ApiServerError, startApiServer } from "../../lib/testing/apiserver/mod.ts";
import { processesOf } from "../testing/apiserver/fake_programs.ts";
import { buildCluster } from "./build.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { eventually } from "./eventually.ts";
import { TextLineStream } from "./text_lines.ts";

clusterTest("an operator converges on an API server of a test's own, and no process is left of it", async () => {
  const server = await startApiServer({ bin: await buildCluster(), crds: [Foo] });
  await using _stopped = server;
  const key = { namespace: "default", name: "a" };
  {
    await using served = await serveController({ ...controller, client: server.client, handleSignals: false });
    await served.ready;
    const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "a" }, spec: { replicas: 2 } };
    await server.client.performRequest({ method: "POST", path: collectionPath(Foo, "default"), bodyJson });
    const path = objectPath(Secret, key);
    await eventually(() => server.client.performRequest({ method: "GET", path, expectJson: true }), { within: 20_000 });
  }
  assert(processesOf(server.folder).length >= 3); // etcd, the API server, the watchdog
  await server.stop();
  assertEquals(processesOf(server.folder), []);
  await assertRejects(() => Deno.stat(server.folder), Deno.errors.NotFound);
  await server.stop(); // again: nothing
});

clusterTest("two API servers side by side have nothing in common, and one goes on when the other stops", async () => {
  const bin = await buildCluster();
  const [one, other] = await Promise.all([startApiServer({ bin }), startApiServer({ bin })]);
  await using _one = one;
  await using _other = other;
  assertNotEquals(one.url, other.url);
  const path = "/api/v1/namespaces/only-here";
  const bodyJson = { metadata: { name: "only-here" } };
  await one.client.performRequest({ method: "POST", path: "/api/v1/namespaces", bodyJson });
  await assertRejects(() => other.client.performRequest({ method: "GET", path }), Error, "not found");
  await other.stop();
  await one.client.performRequest({ method: "GET", path });
});

clusterTest("a ServiceAccount of it may do what RBAC lets it, and nothing else", async () => {
  await using server = await startApiServer({ bin: await buildCluster() });
  const account = { namespace: "default", name: "operator" };
  const kubeconfig = await server.serviceAccountKubeconfig(account);
  using client = await connect({ kubeconfig });
  const path = collectionPath(Secret, "default");
  const refused = toApiError(await assertRejects(() => client.performRequest({ method: "GET", path })));
  assert(isForbidden(refused), String(refused));
  const lack =
    "the account system:serviceaccount:default:operator lacks the right to list secrets in namespace default";
  assertStringIncludes(String(refused), lack);
  assertEquals(await server.serviceAccountKubeconfig(account), kubeconfig); // it is there already
  const elsewhere = { namespace: "nowhere", name: "operator" };
  await assertRejects(() => server.serviceAccountKubeconfig(elsewhere), ApiError, 'namespaces "nowhere" not found');
});

clusterTest("a test process that is killed leaves neither a process nor a folder", async () => {
  const owner = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL("./api_server_owner.ts", import.meta.url).href, await buildCluster()],
    stdout: "piped",
  }).spawn();
  const lines = owner.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const [line] = await Array.fromAsync(first(lines));
  const { folder }: { folder: string } = JSON.parse(line!);
  assert(processesOf(folder).length >= 3);
  owner.kill("SIGKILL");
  await owner.status;
  await eventually(() => processesOf(folder).length === 0, { within: 30_000 });
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});

clusterTest("an etcd that refuses its data folder is told with what it says", async () => {
  const bin = await buildCluster();
  await using folder = await brokenFolder(bin);
  const { message } = await assertRejects(() => startApiServer({ bin: folder.path }), ApiServerError);
  assertStringIncludes(message, "Cannot start the API server as etcd must keep running: current value is ended.");
  assertStringIncludes(message, "nonsense");
});

/** The real programs, but for an etcd that is given a flag which it does not know. */
async function brokenFolder(bin: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "staircase-broken-" });
  await Deno.symlink(`${bin}/kube-apiserver`, `${path}/kube-apiserver`);
  await Deno.writeTextFile(`${path}/etcd`, `#!/bin/sh\nexec "${bin}/etcd" "$@" --nonsense\n`, { mode: 0o755 });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function* first(lines: ReadableStream<string>): AsyncGenerator<string> {
  for await (const line of lines) return yield line;
}
