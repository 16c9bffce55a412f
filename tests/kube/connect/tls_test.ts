/** Promises about certificates, with certificates and servers of openssl. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { toApiError } from "../../../lib/kube/answer/answer.ts";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectError } from "../../../lib/kube/connect/found/errors.ts";
import { ConnectionError } from "../../../lib/kube/answer/errors.ts";
import { ignore, serve, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makePki, serveByOpenssl } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();

Deno.test(
  "a server is trusted by the cluster's own authority, as data or as a file",
  { ignore: ignoreTls },
  async () => {
    await using directory = await temporaryDirectory();
    const { authority, server: { certificate, key } } = await makePki(directory.path);
    await using server = serve({ cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) });
    const data = btoa(await Deno.readTextFile(authority.certificate));
    for (const line of [`certificate-authority-data: ${data}`, "certificate-authority: authority.crt"]) {
      using client = await connect({ kubeconfig: await writeConfig(directory, server.url, { cluster: [line] }) });
      await client.performRequest({ method: "GET", path: "/api" });
    }
    assertEquals(server.requests.length, 2);
  },
);

Deno.test("a server that another authority vouches for is not trusted", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const { server: { certificate, key } } = await makePki(directory.path);
  await using server = serve({ cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) });
  using client = await connect({ server: server.url });
  const error = toApiError(await assertRejects(() => client.performRequest({ method: "GET", path: "/api" })));
  assert(error instanceof ConnectionError);
  assertEquals(error.failure, "untrusted");
});

/** It lets in nobody without a certificate. */
const INSISTING = ["-Verify", "1", "-verify_return_error"];

Deno.test("a client is known by its certificate, as data or as files", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const pki = await makePki(directory.path);
  await using server = await serveByOpenssl(directory.path, pki, INSISTING);
  const base64 = async (path: string) => btoa(await Deno.readTextFile(path));
  const data = [
    `client-certificate-data: ${await base64(pki.client.certificate)}`,
    `client-key-data: ${await base64(pki.client.key)}`,
  ];
  for (const user of [data, ["client-certificate: client.crt", "client-key: client.key"]]) {
    const parts = { cluster: ["certificate-authority: authority.crt"], user };
    using client = await connect({ kubeconfig: await writeConfig(directory, server.url, parts) });
    const page = new TextDecoder().decode(await client.performRequest({ method: "GET", path: "/" }));
    assertStringIncludes(page, "test client");
  }
});

Deno.test("an error about unusable certificates names their source", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  await makePki(directory.path);
  const user = ["client-certificate: client.crt", "client-key: client.crt"];
  const file = await writeConfig(directory, "https://a.example", { user });
  const error = await assertRejects(() => connect({ kubeconfig: file }), ConnectError);
  assertStringIncludes(
    error.message,
    `Cannot connect to https://a.example (kubeconfig ${file}, context dev) as its credentials cannot be used: `,
  );
});
