/** Promises about servers of each kind of TLS: versions, names and addresses, and what they want to know of the client. */

import tls from "node:tls";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectionError } from "../../../lib/kube/mod.ts";
import { ignore, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makeIdentity, makePki, serveByOpenssl } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();

const cluster = ["certificate-authority: authority.crt"];
const OWN = ["client-certificate: client.crt", "client-key: client.key"];
const TOKEN = ["token: t"];

for (const [version, word] of [["-tls1_2", "TLSv1.2"], ["-tls1_3", "TLSv1.3"]] as const) {
  for (
    const [wish, args] of [["asks for", ["-verify", "1"]], ["insists on", [
      "-Verify",
      "1",
      "-verify_return_error",
    ]]] as const
  ) {
    Deno.test(
      `a server of ${word} alone that ${wish} a certificate of the client's`,
      { ignore: ignoreTls },
      async () => {
        await using directory = await temporaryDirectory();
        const pki = await makePki(directory.path);
        await using server = await serveByOpenssl(directory.path, pki, [version, ...args]);
        const ask = async (user: readonly string[]) => {
          using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { cluster, user }) });
          return new TextDecoder().decode(await client.performRequest({ method: "GET", path: "/" }));
        };
        const page = await ask(OWN);
        assertStringIncludes(page, word);
        assertStringIncludes(page, "test client");
        if (wish === "asks for") return assertStringIncludes(await ask(TOKEN), word);
        // With TLS 1.3, the client's handshake is over before the server looks at its certificate.
        const error = await assertRejects(() => ask(TOKEN), ConnectionError, "received fatal alert");
        assertEquals(error.failure, word === "TLSv1.2" ? "unreachable" : "broken");
      },
    );
  }
}

/** A server that notes the name that clients ask for. */
async function startNaming(hostname: string, identity: { readonly certificate: string; readonly key: string }) {
  const [cert, key] = await Promise.all([identity.certificate, identity.key].map((path) => Deno.readTextFile(path)));
  const names: unknown[] = [];
  const server = tls.createServer({ cert, key, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
    names.push((socket as { servername?: unknown }).servername);
    socket.on("error", () => {});
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, hostname, () => resolve()));
  return {
    names,
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

Deno.test("a server is asked for by its name, and by no name where it is an address, of IPv6 too", {
  ignore: ignoreTls,
}, async () => {
  await using directory = await temporaryDirectory();
  const { authority } = await makePki(directory.path);
  const named = await makeIdentity(directory.path, authority, "localhost");
  const numbered = await makeIdentity(directory.path, authority, "::1");
  for (const user of [TOKEN, OWN]) {
    for (const [host, address, identity] of [["localhost", "127.0.0.1", named], ["[::1]", "::1", numbered]] as const) {
      await using server = await startNaming(address, identity);
      const url = `https://${host}:${server.port}`;
      using client = await connect({ kubeconfig: await writeConfig(directory, url, { cluster, user }) });
      await client.performRequest({ method: "GET", path: "/api", expectJson: true });
      assertEquals(
        new Set(server.names.map((name) => name || undefined)),
        new Set([host === "[::1]" ? undefined : host]),
      );
    }
  }
});
