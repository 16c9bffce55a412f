/** The embedded cluster over HTTP. */

import { assertEquals } from "@std/assert";
import { EmbeddedCluster, type EmbeddedServer, serveEmbedded } from "../../lib/testing/mod.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

/** Listening needs a permission; a run without it shows these tests as ignored. */
const ignore = Deno.permissions.querySync({ name: "net", host: "127.0.0.1" }).state !== "granted";

function overHttp(name: string, fn: (server: EmbeddedServer, cluster: EmbeddedCluster) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      using cluster = new EmbeddedCluster();
      await using server = serveEmbedded(cluster);
      await fn(server, cluster);
    },
  });
}

overHttp("over HTTP, objects are made and read", async (server) => {
  const body = JSON.stringify({ metadata: { name: "a" } });
  const headers = { "content-type": "application/json", "user-agent": "test/1" };
  const created = await fetch(server.url + MAPS, { method: "POST", body, headers });
  assertEquals([created.status, created.headers.get("content-type")], [201, "application/json"]);
  const read = await fetch(`${server.url}${MAPS}/a`);
  assertEquals(await read.json(), await created.json());
});

overHttp("over HTTP, an error is a Status of a length that is known", async (server) => {
  const response = await fetch(`${server.url}${MAPS}/none`);
  const text = await response.text();
  assertEquals([response.status, response.headers.get("content-length")], [404, String(text.length)]);
  assertEquals(JSON.parse(text).reason, "NotFound");
});

overHttp("over HTTP, a watch tells line by line", async (server, cluster) => {
  const abort = new AbortController();
  const url = `${server.url}${MAPS}?watch=1&resourceVersion=${cluster.resourceVersion}`;
  const response = await fetch(url, { signal: abort.signal });
  const reader = response.body!.getReader();
  await cluster.performRequest({ method: "POST", path: MAPS, bodyJson: { metadata: { name: "a" } } });
  const { value } = await reader.read();
  assertEquals(JSON.parse(new TextDecoder().decode(value)).type, "ADDED");
  await reader.cancel();
});

overHttp("over HTTP, what the API server warns of is in the headers", async (server) => {
  const body = JSON.stringify({ metadata: { name: "a" }, zz: 1, data: { a: "b" } });
  const headers = { "content-type": "application/json" };
  const created = await fetch(server.url + MAPS, { method: "POST", body, headers });
  assertEquals([created.status, created.headers.get("warning")], [201, '299 - "unknown field \\"zz\\""']);
  await created.body?.cancel();
});

overHttp("over HTTP, a table of a kind that has none here is answered with plain objects", async (server) => {
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const response = await fetch(server.url + MAPS, { headers: { accept } });
  assertEquals((await response.json()).kind, "ConfigMapList");
});

overHttp("over HTTP, a broken connection is a bad gateway", async (server, cluster) => {
  using _interceptor = cluster.intercept(() => {
    throw new Error("connection reset");
  });
  const response = await fetch(server.url + MAPS);
  assertEquals([response.status, await response.text()], [502, "connection reset"]);
});
