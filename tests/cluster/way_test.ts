/** Proves on the real cluster that it is reached through a proxy, by another name, watches included. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { connect } from "../../lib/kube/mod.ts";
import { httpProxy } from "../kube/connect/proxies.ts";
import { clusterTest } from "./cluster_test_case.ts";

clusterTest("an API server is reached through a proxy by its tls-server-name, and its watches are", async (cluster) => {
  await using proxy = httpProxy(cluster.url);
  const text = await Deno.readTextFile(cluster.kubeconfig);
  const kubeconfig = await Deno.makeTempFile();
  try {
    // A name that no resolver knows: the proxy alone leads there.
    const way =
      `server: https://hidden.example\n    proxy-url: http://${proxy.host}\n    tls-server-name: kubernetes.default.svc`;
    await Deno.writeTextFile(kubeconfig, text.replace(/server: .*/, way));
    using client = await connect({ kubeconfig });
    const path = "/api/v1/namespaces/default/configmaps";
    const name = `way-${crypto.randomUUID()}`;
    const stop = new AbortController();
    const querystring = new URLSearchParams({ watch: "1", fieldSelector: `metadata.name=${name}` });
    const request = { method: "GET", path, querystring, expectStream: true, expectJson: true } as const;
    const watch = (await client.performRequest({ ...request, abortSignal: stop.signal })).getReader();
    await client.performRequest({ method: "POST", path, bodyJson: { metadata: { name } } });
    const { value } = await watch.read();
    assertEquals((value as { type: string }).type, "ADDED");
    await client.performRequest({ method: "DELETE", path: `${path}/${name}` });
    stop.abort();
    assertEquals(client.transport, "wire");
    assert(proxy.asked.length >= 3);
    for (const head of proxy.asked) assertStringIncludes(head, "CONNECT hidden.example:443 HTTP/1.1\r\n");
  } finally {
    await Deno.remove(kubeconfig);
  }
});
