/** Promises about `tls-server-name`: the name that is asked for in the handshake, and that the certificate must hold. */

import https from "node:https";
import type { TLSSocket } from "node:tls";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { denos, type Directory, ignore, runProgram, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, type Identity, makeIdentity, makePki, type Pki } from "./pki.ts";
import { listening } from "./listening.ts";
import { httpProxy } from "./proxies.ts";

const ignoreTls = ignore || !await hasOpenssl();
const NAME = "kubernetes.test";

/** A server on this machine that is `kubernetes.test` by its certificate, and notes the names that it is asked by. */
async function serveAs(identity: Identity, { authority }: Pki, wantsPair: boolean) {
  const [ca, cert, key] = await Promise.all(
    [authority.certificate, identity.certificate, identity.key].map((file) => Deno.readTextFile(file)),
  );
  const asked: string[] = [];
  const options = { ca: ca!, cert: cert!, key: key!, requestCert: wantsPair, rejectUnauthorized: wantsPair };
  const server = https.createServer(options, (request, response) => {
    const { servername } = request.socket as TLSSocket & { servername?: string };
    asked.push(`${servername} ${request.headers.host?.replace(/\d+$/, "PORT")} ${request.headers.authorization}`);
    response.end("{}");
  });
  return { asked, ...await listening(server) };
}

function configFor(directory: Directory, url: string, pki: Pki, more: readonly string[], withPair: boolean) {
  const cluster = [`certificate-authority: ${pki.authority.certificate}`, ...more];
  const pair = [`client-certificate: ${pki.client.certificate}`, `client-key: ${pki.client.key}`];
  return writeConfig(directory, url, { cluster, user: withPair ? ["token: t", ...pair] : ["token: t"] });
}

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };

  for (const withPair of [false, true]) {
    const how = withPair ? "with a client certificate, " : "";

    Deno.test(
      `a server is asked by its tls-server-name, and proves to be that, ${how}on ${name}`,
      options,
      async () => {
        await using directory = await temporaryDirectory();
        const pki = await makePki(directory.path);
        const identity = await makeIdentity(directory.path, pki.authority, NAME);
        await using server = await serveAs(identity, pki, withPair);
        const kubeconfig = await configFor(directory, server.url, pki, [`tls-server-name: ${NAME}`], withPair);
        // Also where the roots of the process vouch for it, and its certificates are looked at.
        for (const roots of [pki.authority, pki.otherAuthority]) {
          const env = { DENO_CERT: roots.certificate };
          assertEquals(await runProgram(deno!, "trusting_program.ts", [kubeconfig], env), "trusted");
        }
        const asked = server.asked.filter((each) => each.includes("Bearer"));
        assertEquals(asked, Array(2).fill(`${NAME} 127.0.0.1:PORT Bearer t`));
      },
    );

    Deno.test(`a server that is not its tls-server-name gets nothing, ${how}on ${name}`, options, async () => {
      await using directory = await temporaryDirectory();
      const pki = await makePki(directory.path);
      // By its address, it would be well.
      await using server = await serveAs(pki.server, pki, withPair);
      const kubeconfig = await configFor(directory, server.url, pki, [`tls-server-name: ${NAME}`], withPair);
      for (const roots of [pki.authority, pki.otherAuthority]) {
        const env = { DENO_CERT: roots.certificate };
        const told = await runProgram(deno!, "trusting_program.ts", [kubeconfig], env);
        assertStringIncludes(told, "untrusted: The certificate of the API server is not trusted (");
        assertStringIncludes(told, NAME);
      }
      assertEquals(server.asked, []);
    });

    Deno.test(`a server of another authority gets nothing by its name, ${how}on ${name}`, options, async () => {
      await using directory = await temporaryDirectory();
      const pki = await makePki(directory.path);
      const identity = await makeIdentity(directory.path, pki.otherAuthority, NAME);
      await using server = await serveAs(identity, pki, withPair);
      const kubeconfig = await configFor(directory, server.url, pki, [`tls-server-name: ${NAME}`], withPair);
      for (const roots of [pki.authority, pki.otherAuthority]) {
        const env = { DENO_CERT: roots.certificate };
        const told = await runProgram(deno!, "trusting_program.ts", [kubeconfig], env);
        assertStringIncludes(told, "untrusted: The certificate of the API server is not trusted (");
      }
      assertEquals(server.asked, []);
    });

    Deno.test(`a name and a proxy go together, ${how}on ${name}`, options, async () => {
      await using directory = await temporaryDirectory();
      const pki = await makePki(directory.path);
      const identity = await makeIdentity(directory.path, pki.authority, NAME);
      await using server = await serveAs(identity, pki, withPair);
      await using proxy = httpProxy(server.url);
      const more = [`tls-server-name: ${NAME}`, `proxy-url: http://${proxy.host}`];
      const kubeconfig = await configFor(directory, "https://hidden.example:6443", pki, more, withPair);
      for (const roots of [pki.authority, pki.otherAuthority]) {
        const env = { DENO_CERT: roots.certificate };
        assertEquals(await runProgram(deno!, "trusting_program.ts", [kubeconfig], env), "trusted");
      }
      const asked = server.asked.filter((each) => each.includes("Bearer"));
      assertEquals(asked, Array(2).fill(`${NAME} hidden.example:PORT Bearer t`));
      assertEquals(
        new Set(proxy.asked.map((head) => head.split("\r\n")[0])),
        new Set(["CONNECT hidden.example:6443 HTTP/1.1"]),
      );
    });
  }
}
