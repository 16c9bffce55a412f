/** Promises about the forms of a server's URL, on both transports: addresses, paths and ports. */

import { assertEquals } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ignore, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { httpProxy } from "./proxies.ts";

/** Whether this machine speaks IPv6 to itself. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    // No address, or no permission.
    return false;
  }
}

for (const transport of ["wire", "fetch"] as const) {
  Deno.test(`a server at an IPv6 address is reached, and called by it, by ${transport}`, {
    ignore: ignore || !hasIpv6(),
  }, async () => {
    await using directory = await temporaryDirectory();
    const asked: (string | null)[] = [];
    const server = Deno.serve({ hostname: "::1", port: 0, onListen() {} }, (request) => {
      asked.push(request.headers.get("host"), new URL(request.url).pathname);
      return Response.json({});
    });
    const host = `[::1]:${server.addr.port}`;
    using client = await connect({ kubeconfig: await writeConfig(directory, `http://${host}`), transport });
    await client.performRequest({ method: "GET", path: "/api" });
    assertEquals(asked, [host, "/api"]);
    assertEquals(client.needs.net, [host]);
    client.close();
    await server.shutdown();
  });

  Deno.test(`the path of a server's URL stands before each path, by ${transport}`, { ignore }, async () => {
    await using directory = await temporaryDirectory();
    const asked: string[] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      asked.push(request.url.replace(/^http:\/\/[^/]*/, ""));
      return Response.json({});
    });
    for (const end of ["", "/"]) {
      const url = `http://127.0.0.1:${server.addr.port}/k8s/clusters/c-1${end}`;
      using client = await connect({ kubeconfig: await writeConfig(directory, url), transport });
      const querystring = new URLSearchParams({ labelSelector: "a in (b, c)" });
      await client.performRequest({ method: "GET", path: "/api/v1/pods", querystring });
    }
    assertEquals(asked, Array(2).fill("/k8s/clusters/c-1/api/v1/pods?labelSelector=a+in+%28b%2C+c%29"));
    await server.shutdown();
  });

  Deno.test(`without a port it is that of the scheme, by ${transport}`, { ignore }, async () => {
    await using directory = await temporaryDirectory();
    // Proxies hear the port that a client means; of the server's own ones, tests can have none.
    await using proxy = httpProxy("http://127.0.0.1:9");
    await using refusing = httpProxy("http://127.0.0.1:9", "HTTP/1.1 403 No\r\n\r\n");
    const cluster = (host: string) => ({ cluster: [`proxy-url: http://${host}`], user: [] });
    using plain = await connect({
      kubeconfig: await writeConfig(directory, "http://dev.example", cluster(proxy.host)),
      transport,
    });
    await plain.performRequest({ method: "GET", path: "/api" });
    using secure = await connect({
      kubeconfig: await writeConfig(directory, "https://dev.example", cluster(refusing.host)),
      transport,
    });
    await secure.performRequest({ method: "GET", path: "/api" }).catch(() => {});
    assertEquals([proxy.asked[0], refusing.asked[0]].map((head) => head?.split("\r\n")[0]), [
      "GET http://dev.example/api HTTP/1.1",
      "CONNECT dev.example:443 HTTP/1.1",
    ]);
    assertEquals([plain.needs.net, secure.needs.net].map((net) => net.includes("dev.example:443")), [
      false,
      transport === "fetch",
    ]);
  });
}
