/** `insecure-skip-tls-verify`: any certificate is accepted, on these connections only, and that is logged. */

import https from "node:https";
import type { TLSSocket } from "node:tls";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { kubeconfig } from "./fake_host.ts";
import { denos, type Directory, ignore, runProgram, temporaryDirectory } from "./fixtures.ts";
import { hasOpenssl, type Identity, makeExpired, makeIdentity, makePki, type Pki } from "./pki.ts";
import { listening } from "./listening.ts";
import { httpProxy } from "./proxies.ts";

const ignoreTls = ignore || !await hasOpenssl();
const NAME = "kubernetes.test";
const UNVERIFIED = "insecure-skip-tls-verify: true";

/** A server with a certificate, which records the name it is asked by, the client and the token. */
async function serveAs(identity: Identity, version?: "TLSv1.2") {
  const [cert, key] = await Promise.all([identity.certificate, identity.key].map((file) => Deno.readTextFile(file)));
  const asked: string[] = [];
  const options = { cert: cert!, key: key!, requestCert: true, rejectUnauthorized: false };
  const server = https.createServer({ ...options, ...(version && { maxVersion: version }) }, (request, response) => {
    const socket = request.socket as TLSSocket & { servername?: string | false };
    const { subject } = socket.getPeerCertificate() ?? {};
    asked.push([socket.servername || "-", subject?.CN ?? "-", request.headers.authorization].join(" "));
    response.end("{}");
  });
  return { asked, ...await listening(server) };
}

/** A kubeconfig that verifies, and one that does not. */
async function configsFor(directory: Directory, url: string, pki: Pki, more: readonly string[], withPair: boolean) {
  const pair = [`client-certificate: ${pki.client.certificate}`, `client-key: ${pki.client.key}`];
  const user = withPair ? ["token: t", ...pair] : ["token: t"];
  const write = (name: string, lines: readonly string[]) =>
    directory.write(name, kubeconfig({ cluster: [`server: ${url}`, ...lines, ...more], user }));
  return {
    strict: await write("strict", [`certificate-authority: ${pki.authority.certificate}`]),
    unverified: await write("unverified", [UNVERIFIED]),
  };
}

/** What came of each request, and the lines of the log. */
async function ask(deno: string, kubeconfigs: readonly string[], flags?: readonly string[]) {
  const lines = (await runProgram(deno, "unverified_program.ts", kubeconfigs, {}, flags)).split("\n");
  const told = JSON.parse(lines.pop()!) as string[];
  return { told, log: lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, string>) };
}

type Maker = (directory: string, pki: Pki) => Promise<Identity> | Identity;
const CERTIFICATES: readonly (readonly [what: string, make: Maker])[] = [
  ["of another authority", (_, { stranger }) => stranger],
  ["that has expired", (directory, { authority }) => makeExpired(directory, authority)],
  ["of another name", (directory, { authority }) => makeIdentity(directory, authority, NAME)],
];

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };

  for (const [what, make] of CERTIFICATES) {
    for (const withPair of [false, true]) {
      const how = withPair ? " with a client certificate" : "";

      Deno.test(
        `a certificate ${what} is let pass where that is asked for, and nowhere else${how}, on ${name}`,
        options,
        async () => {
          await using directory = await temporaryDirectory();
          const pki = await makePki(directory.path);
          await using server = await serveAs(await make(directory.path, pki));
          const { strict, unverified } = await configsFor(directory, server.url, pki, [], withPair);
          const { told, log } = await ask(deno!, [strict, unverified, strict, unverified]);
          assertEquals([told[1], told[3]], ["answered", "answered"]);
          for (const refused of [told[0]!, told[2]!]) {
            assertStringIncludes(refused, "untrusted: The certificate of the API server is not trusted (");
          }
          assertEquals(server.asked, Array(2).fill(`- ${withPair ? "test client" : "-"} Bearer t`));
          // Once for each start, and none for the others.
          assertEquals(
            log.map(({ level, server, source }) => ({ level, server, source })),
            Array(2).fill({
              ...{ level: "warn", server: server.url },
              source: `kubeconfig ${unverified}, context dev`,
            }),
          );
          assertStringIncludes(log[0]!["message"]!, "an impostor could get the credentials");
        },
      );
    }
  }

  Deno.test(
    `an unverified server is asked by its tls-server-name, through a proxy, with a client certificate, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const pki = await makePki(directory.path);
      await using server = await serveAs(pki.stranger);
      await using proxy = httpProxy(server.url);
      for (const withPair of [false, true]) {
        const more = [`tls-server-name: ${NAME}`, `proxy-url: http://${proxy.host}`];
        const { unverified } = await configsFor(directory, "https://hidden.example:6443", pki, more, withPair);
        const { told } = await ask(deno!, [unverified]);
        assertEquals(told, ["answered"]);
      }
      assertEquals(server.asked, [`${NAME} - Bearer t`, `${NAME} test client Bearer t`]);
      assertEquals(
        new Set(proxy.asked.map((head) => head.split("\r\n")[0])),
        new Set(["CONNECT hidden.example:6443 HTTP/1.1"]),
      );
    },
  );

  Deno.test(
    `an unverified server may speak TLS 1.2 alone, and takes no other permission, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const pki = await makePki(directory.path);
      await using server = await serveAs(pki.stranger, "TLSv1.2");
      const { unverified } = await configsFor(directory, server.url, pki, [], false);
      const flags = ["--no-prompt", `--allow-net=${new URL(server.url).host}`, `--allow-read=${unverified}`];
      assertEquals((await ask(deno!, [unverified], flags)).told, ["answered"]);
    },
  );
}
