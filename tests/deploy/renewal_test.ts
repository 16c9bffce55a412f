/** Promises about certificates: after the rest is revoked they are read again, by every kind of connection, and nothing else is asked for. */

import { formatPermissionFlags } from "@staircase/operator/cluster";
import { operatorPermissions } from "@staircase/operator/deploy";
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "../cluster/text_lines.ts";
import { denos, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { kubeconfig } from "../kube/connect/fake_host.ts";
import { hasOpenssl, makeIdentity, makePki } from "../kube/connect/pki.ts";
import { CHECKOUT } from "../packaging/programs.ts";
import { httpProxy } from "../kube/connect/proxies.ts";
import { outsideOf, readAudit } from "./operator_process.ts";

/** A server that tells its client's name. */
async function serveNames(directory: string) {
  const { createServer } = await import("node:https");
  const [key, cert, ca] = await Promise.all(
    ["server.key", "server.crt", "authority.crt"].map((name) => Deno.readTextFile(`${directory}/${name}`)),
  );
  const options = { key, cert, ca, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options as never, (request, response) => {
    const { subject } = (request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } })
      .getPeerCertificate();
    response.end(JSON.stringify({ name: subject?.CN ?? null }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `https://127.0.0.1:${(server.address() as { port: number }).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Kind {
  readonly name: string;
  readonly cluster: readonly string[];
  readonly transport?: "wire" | "fetch";
  /** The name that the server's certificate is for, if not its address. */
  readonly serverName?: string;
  /** Whether only a proxy leads to the server. */
  readonly isHidden?: true;
}

/** A name that no resolver knows. */
const HIDDEN = "hidden.example";

const KINDS: readonly Kind[] = [
  { name: "the wire", cluster: ["certificate-authority: authority.crt"] },
  { name: "fetch", cluster: ["certificate-authority: authority.crt"], transport: "fetch" },
  { name: "an unverified connection", cluster: ["insecure-skip-tls-verify: true"] },
  {
    name: "a connection to another name",
    cluster: ["certificate-authority: authority.crt", "tls-server-name: api.example"],
    serverName: "api.example",
  },
  {
    name: "a proxy of the environment",
    cluster: ["certificate-authority: authority.crt"],
    serverName: HIDDEN,
    isHidden: true,
  },
];

/** Does something while variables are set. */
async function withVariables<T>(env: Readonly<Record<string, string>>, act: () => Promise<T>): Promise<T> {
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    return await act();
  } finally {
    for (const name of Object.keys(env)) Deno.env.delete(name);
  }
}

const hasTools = await hasOpenssl();

for (const [version, deno] of denos) {
  for (const { name, cluster, transport, serverName, isHidden } of KINDS) {
    Deno.test({
      name: `by ${name} a client's certificate is used that was replaced after the rest was revoked; on ${version}`,
      ignore: deno === undefined || !hasTools,
      fn: async () => {
        await using directory = await temporaryDirectory();
        const { path } = directory;
        const { authority } = await makePki(path);
        if (serverName) {
          const identity = await makeIdentity(path, authority, serverName);
          await Deno.copyFile(identity.certificate, `${path}/server.crt`);
          await Deno.copyFile(identity.key, `${path}/server.key`);
        }
        await using server = await serveNames(path);
        const become = async (who: string) => {
          for (const ending of ["crt", "key"]) await Deno.copyFile(`${path}/${who}.${ending}`, `${path}/me.${ending}`);
        };
        await become("client");
        await using proxy = httpProxy(server.url);
        const url = isHidden ? `https://${HIDDEN}` : server.url;
        const env = isHidden ? { HTTPS_PROXY: `http://${proxy.host}` } : {};
        const user = ["client-certificate: me.crt", "client-key: me.key"];
        const config = await directory.write(
          "config",
          kubeconfig({ cluster: [`server: ${url}`, ...cluster], user }),
        );
        const connect = { kubeconfig: config, ...(transport && { transport }) };
        const none = { needs: { net: [], read: [], env: [], run: [] } };
        const needs = await withVariables(env, () => operatorPermissions(none, { for: "kubeconfig", connect }));
        assertEquals(needs.net, [new URL(isHidden ? `http://${proxy.host}` : server.url).host]);
        const args = [
          "run",
          "--no-prompt",
          "--no-check",
          `--config=${CHECKOUT}deno.json`,
          ...formatPermissionFlags(needs),
        ];
        const process = new Deno.Command(deno!, {
          args: [...args, `${CHECKOUT}tests/deploy/renewing_program.ts`, config, ...(transport ? [transport] : [])],
          env: { DENO_AUDIT_PERMISSIONS: `${path}/audit`, ...env },
          ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
        }).spawn();
        const errors = new Response(process.stderr).text();
        const writer = process.stdin.getWriter();
        const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
        const ask = async () => {
          await writer.write(new Uint8Array([10]));
          for (;;) {
            const { value } = await lines.read();
            if (value === undefined) throw new Error(await errors);
            // The log warns of what is not verified.
            if (!value.startsWith('{"time"')) return JSON.parse(value).name;
          }
        };
        assertEquals(await ask(), "test client");
        await become("server");
        assertEquals(await ask(), "test server");
        await writer.close();
        assertEquals((await process.status).code, 0);
        const asked = await readAudit(`${path}/audit`);
        assert(asked.some(({ permission }) => permission === "net"));
        assertEquals(outsideOf(needs, asked), []);
        await lines.cancel();
        await errors;
      },
    });
  }
}
