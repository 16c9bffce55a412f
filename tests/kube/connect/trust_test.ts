/** Promises about the authority that a kubeconfig names: it takes the place of the roots that Deno trusts. */

import https from "node:https";
import type { AddressInfo } from "node:net";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isSignedBy, readPem } from "../../../lib/kube/connect/line/certificate.ts";
import { isVouchedFor } from "../../../lib/kube/connect/line/chain.ts";
import { CuttingServer } from "../../wire/cutting_server.ts";
import { denos, type Directory, ignore, runProgram, serve, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makeIdentity, makePki } from "./pki.ts";
import { httpProxy, socksProxy } from "./proxies.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** What a process whose own roots are these makes of a server, by a kubeconfig that names an authority. */
async function askWith(deno: string, directory: Directory, url: string, authority: string, roots: string) {
  const parts = { cluster: [`certificate-authority: ${authority}`], user: ["token: hunter2"] };
  const kubeconfig = await writeConfig(directory, url, parts);
  return await runProgram(deno, "trusting_program.ts", [kubeconfig], { DENO_CERT: roots });
}

for (const [name, deno] of denos) {
  const options = { ignore: ignoreTls || deno === undefined };

  Deno.test(
    `a server that a root of the process vouches for, and the named authority does not, gets nothing, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      // Of one name, as those of all clusters are.
      const { authority, otherAuthority, stranger } = await makePki(directory.path);
      await using server = await CuttingServer.startAs(stranger);
      const told = await askWith(deno!, directory, server.url, authority.certificate, otherAuthority.certificate);
      assertStringIncludes(told, "untrusted: The certificate of the API server is not trusted (");
      assertStringIncludes(
        told,
        "the kubeconfig's certificate authority does not vouch for it, only a root certificate of this machine does",
      );
      assertEquals(server.arrivals.filter(({ method }) => method !== "HEAD"), []);
    },
  );

  Deno.test(
    `a server that the named authority vouches for is trusted, also where a root does so too, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { authority, otherAuthority, server: identity } = await makePki(directory.path);
      await using server = await CuttingServer.startAs(identity);
      for (const roots of [authority, otherAuthority]) {
        const told = await askWith(deno!, directory, server.url, authority.certificate, roots.certificate);
        assertEquals(told, "trusted");
      }
    },
  );

  Deno.test(
    `a server that a root of the process and the named authority vouch for is never refused, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const text = (...names: string[]) =>
        Promise.all(names.map((name) => Deno.readTextFile(`${directory.path}/${name}`))).then((all) => all.join(""));
      for (const family of ["P-256", "P-521"]) {
        const key = KEYS[family]!;
        await make(directory.path, "other", key, undefined, true);
        await make(directory.path, "root", key, undefined, true);
        await make(directory.path, "between", key, "root", true);
        await make(directory.path, "leaf", KEYS["P-256"]!, "between", false, ["subjectAltName=IP:127.0.0.1"]);
        for (
          const chain of [["between.crt"], ["between.crt", "root.crt"], ["root.crt", "between.crt"], [
            "other.crt",
            "between.crt",
          ]]
        ) {
          await using server = serve({ cert: await text("leaf.crt", ...chain), key: await text("leaf.key") });
          const root = `${directory.path}/root.crt`;
          const told = await askWith(deno!, directory, server.url, root, root);
          assert(told.endsWith("trusted") && !told.includes("untrusted"), `${family} ${chain}: ${told}`);
          // If the chain cannot be checked, that is logged.
          assertEquals(told !== "trusted", told.includes("cannot check whether the kubeconfig's authority"), told);
        }
      }
    },
  );

  Deno.test(
    `a server that ends a handshake without a client certificate is checked with it, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { authority, server: identity, client } = await makePki(directory.path);
      const [ca, cert, key] = await Promise.all(
        [authority.certificate, identity.certificate, identity.key].map((file) => Deno.readTextFile(file)),
      );
      const server = https.createServer(
        { ca: ca!, cert: cert!, key: key!, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" },
        (_request, response) => response.end("{}"),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const parts = {
        cluster: [`certificate-authority: ${authority.certificate}`],
        user: [`client-certificate: ${client.certificate}`, `client-key: ${client.key}`],
      };
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const kubeconfig = await writeConfig(directory, url, parts);
      const env = { DENO_CERT: authority.certificate };
      assertEquals(await runProgram(deno!, "trusting_program.ts", [kubeconfig], env), "trusted");
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  );

  Deno.test(
    `a server is looked at through the proxy that requests go through, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { authority, otherAuthority } = await makePki(directory.path);
      const { certificate: cert, key } = await makeIdentity(directory.path, authority, "hidden.example");
      await using server = serve({ cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) });
      await using proxy = httpProxy(server.url);
      const env = { DENO_CERT: authority.certificate, HTTPS_PROXY: `http://${proxy.host}` };
      for (
        const [named, expected] of [[authority, /^trusted$/], [
          otherAuthority,
          /^untrusted: .*kubeconfig's certificate authority/,
        ]] as const
      ) {
        const parts = { cluster: [`certificate-authority: ${named.certificate}`], user: ["token: hunter2"] };
        const kubeconfig = await writeConfig(directory, "https://hidden.example", parts);
        assertMatch(await runProgram(deno!, "trusting_program.ts", [kubeconfig], env), expected);
      }
      assertEquals(server.requests.length, 1);
    },
  );

  Deno.test(
    `a server that only fetch's proxy reaches is believed when a root vouches for it, and that is said, on ${name}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { authority } = await makePki(directory.path);
      const { certificate: cert, key } = await makeIdentity(directory.path, authority, "hidden.example");
      await using server = serve({ cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) });
      await using proxy = socksProxy(server.url);
      const parts = { cluster: [`certificate-authority: ${authority.certificate}`], user: ["token: hunter2"] };
      const kubeconfig = await writeConfig(directory, "https://hidden.example", parts);
      const env = { DENO_CERT: authority.certificate, HTTPS_PROXY: `socks5://${proxy.host}` };
      const told = await runProgram(deno!, "trusting_program.ts", [kubeconfig], env);
      assertStringIncludes(told, "cannot check whether the kubeconfig's authority");
      assert(told.endsWith("trusted"), told);
      assert(!told.includes("hunter2"), told);
    },
  );
}

/** Makes a certificate, signed by another where one is named. */
async function make(
  directory: string,
  name: string,
  key: readonly string[],
  issuer: string | undefined,
  isAuthority: boolean,
  extensions: readonly string[] = [],
) {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-nodes", "-days", "1", "-subj", `/CN=${name}`, "-newkey", ...key]
      .concat(["-keyout", `${directory}/${name}.key`, "-out", `${directory}/${name}.crt`])
      .concat(["-addext", `basicConstraints=critical,CA:${isAuthority ? "TRUE" : "FALSE"}`])
      .concat(extensions.flatMap((extension) => ["-addext", extension]))
      .concat(issuer ? ["-CA", `${directory}/${issuer}.crt`, "-CAkey", `${directory}/${issuer}.key`] : []),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return readPem(await Deno.readTextFile(`${directory}/${name}.crt`))[0]!;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  "RSA": ["rsa:2048"],
  "P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "P-521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"],
  "RSA-PSS": ["rsa:2048", "-sigopt", "rsa_padding_mode:pss"],
  "Ed25519": ["ed25519"],
};

/** Signed in a way that cannot be checked here. */
const UNKNOWN = ["P-521", "RSA-PSS"];

for (const [family, key] of Object.entries(KEYS).filter(([family]) => !UNKNOWN.includes(family))) {
  Deno.test(`who signed a certificate is seen by its signature, ${family}`, { ignore: ignoreTls }, async () => {
    await using directory = await temporaryDirectory();
    const root = await make(directory.path, "root", key, undefined, true);
    const between = await make(directory.path, "between", key, "root", true);
    const leaf = await make(directory.path, "leaf", key, "between", false);
    assert(await isSignedBy(root, root) && await isSignedBy(between, root) && await isSignedBy(leaf, between));
    assert(!await isSignedBy(leaf, root) && !await isSignedBy(root, leaf));
    assert(await isVouchedFor({ leaf, others: [between] }, [root]));
    assert(await isVouchedFor({ leaf, others: [] }, [between]), "what is named is believed, whoever signed it");
    assertEquals(await isVouchedFor({ leaf, others: [] }, [root]), false, "a link is missing");
    // Somebody else of the same name.
    const impostor = await make(directory.path, "root", key, undefined, true);
    assertEquals(await isVouchedFor({ leaf, others: [between] }, [impostor]), false);
    assert(await isVouchedFor({ leaf, others: [impostor, root, between] }, [impostor, root]), "in any order");
    const changed = { ...leaf, signed: leaf.signed.slice() };
    changed.signed[changed.signed.length - 1]! ^= 1;
    assertEquals(await isVouchedFor({ leaf: changed, others: [between] }, [root]), false);
  });
}

for (const family of UNKNOWN) {
  Deno.test(`a signature that cannot be checked refuses nobody, ${family}`, { ignore: ignoreTls }, async () => {
    await using directory = await temporaryDirectory();
    const root = await make(directory.path, "root", KEYS[family]!, undefined, true);
    const between = await make(directory.path, "between", KEYS[family]!, "root", true);
    const leaf = await make(directory.path, "leaf", KEYS["P-256"]!, "between", false);
    const stranger = await make(directory.path, "stranger", KEYS["P-256"]!, undefined, true);
    assertEquals(await isVouchedFor({ leaf, others: [between] }, [root]), undefined);
    assertEquals(await isVouchedFor({ leaf, others: [between] }, [stranger]), false, "the names must say so");
    // An authority of that name, of a key that makes other signatures.
    const impostor = await make(directory.path, "between", KEYS["Ed25519"]!, undefined, true);
    assertEquals(await isVouchedFor({ leaf: await reissued(directory.path), others: [] }, [impostor]), false);
  });
}

/** A certificate that an authority of a known sort signed, of the name of one of an unknown sort. */
async function reissued(directory: string) {
  await make(directory, "between", KEYS["P-256"]!, undefined, true);
  return await make(directory, "leaf", KEYS["P-256"]!, "between", false);
}

Deno.test("where the certificates between cannot be seen, only an authority of the issuer's name is held to it", {
  ignore: ignoreTls,
}, async () => {
  await using directory = await temporaryDirectory();
  const key = KEYS["P-256"]!;
  const root = await make(directory.path, "root", key, undefined, true);
  const between = await make(directory.path, "between", key, "root", true);
  const leaf = await make(directory.path, "leaf", key, "between", false);
  const impostor = await make(directory.path, "between", key, undefined, true);
  assertEquals(await isVouchedFor({ leaf, others: undefined }, [root]), undefined);
  assertEquals(await isVouchedFor({ leaf, others: undefined }, [between]), true);
  assertEquals(await isVouchedFor({ leaf, others: undefined }, [impostor]), false);
});

Deno.test(
  "of a bundle, a certificate that cannot be read does not spoil the others",
  { ignore: ignoreTls },
  async () => {
    await using directory = await temporaryDirectory();
    await make(directory.path, "root", KEYS["P-256"]!, undefined, true);
    const pem = await Deno.readTextFile(`${directory.path}/root.crt`);
    const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    assertEquals(readPem(broken + pem + "# a remark\r\n" + pem.replaceAll("\n", "\r\n")).length, 2);
  },
);

Deno.test("a certificate that is no authority's vouches for nobody", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const root = await make(directory.path, "root", KEYS["P-256"]!, undefined, true);
  // Such as a node has, or a user.
  const user = await make(directory.path, "user", KEYS["P-256"]!, "root", false);
  const leaf = await make(directory.path, "leaf", KEYS["P-256"]!, "user", false);
  assert(await isSignedBy(leaf, user));
  assert(!await isVouchedFor({ leaf, others: [user] }, [root]));
  assert(await isVouchedFor({ leaf: user, others: [] }, [root]));
});
