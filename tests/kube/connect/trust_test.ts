/** Promises about the authority that a kubeconfig names: it takes the place of the roots that Deno trusts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isSignedBy, readPem } from "../../../lib/kube/connect/certificate.ts";
import { isVouchedFor } from "../../../lib/kube/connect/chain.ts";
import { BreakingServer } from "./breaking_server.ts";
import { denos, type Directory, ignore, runProgram, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makePki } from "./pki.ts";

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
      await using server = await BreakingServer.start(stranger);
      const told = await askWith(deno!, directory, server.url, authority.certificate, otherAuthority.certificate);
      assertStringIncludes(told, "untrusted: The certificate of the API server is not trusted (");
      assertStringIncludes(
        told,
        "the authority that the kubeconfig names does not vouch for it, though one of this machine's does",
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
      await using server = await BreakingServer.start(identity);
      for (const roots of [authority, otherAuthority]) {
        const told = await askWith(deno!, directory, server.url, authority.certificate, roots.certificate);
        assertEquals(told, "trusted");
      }
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
) {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-nodes", "-days", "1", "-subj", `/CN=${name}`, "-newkey", ...key]
      .concat(["-keyout", `${directory}/${name}.key`, "-out", `${directory}/${name}.crt`])
      .concat(["-addext", `basicConstraints=critical,CA:${isAuthority ? "TRUE" : "FALSE"}`])
      .concat(issuer ? ["-CA", `${directory}/${issuer}.crt`, "-CAkey", `${directory}/${issuer}.key`] : []),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return readPem(await Deno.readTextFile(`${directory}/${name}.crt`))[0]!;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  "RSA": ["rsa:2048"],
  "P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "Ed25519": ["ed25519"],
};

for (const [family, key] of Object.entries(KEYS)) {
  Deno.test(`who signed a certificate is seen by its signature, ${family}`, { ignore: ignoreTls }, async () => {
    await using directory = await temporaryDirectory();
    const root = await make(directory.path, "root", key, undefined, true);
    const between = await make(directory.path, "between", key, "root", true);
    const leaf = await make(directory.path, "leaf", key, "between", false);
    assert(await isSignedBy(root, root) && await isSignedBy(between, root) && await isSignedBy(leaf, between));
    assert(!await isSignedBy(leaf, root) && !await isSignedBy(root, leaf));
    assert(await isVouchedFor([leaf, between], [root]));
    assert(await isVouchedFor([leaf], [between]), "what is named is believed, whoever signed it");
    assert(!await isVouchedFor([leaf], [root]), "a link is missing");
    // Somebody else of the same name.
    const impostor = await make(directory.path, "root", key, undefined, true);
    assert(!await isVouchedFor([leaf, between], [impostor]));
    const changed = { ...leaf, signed: leaf.signed.slice() };
    changed.signed[changed.signed.length - 1]! ^= 1;
    assert(!await isVouchedFor([changed, between], [root]));
  });
}

Deno.test("a certificate that is no authority's vouches for nobody", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const root = await make(directory.path, "root", KEYS["P-256"]!, undefined, true);
  // Such as a node has, or a user.
  const user = await make(directory.path, "user", KEYS["P-256"]!, "root", false);
  const leaf = await make(directory.path, "leaf", KEYS["P-256"]!, "user", false);
  assert(await isSignedBy(leaf, user));
  assert(!await isVouchedFor([leaf, user], [root]));
  assert(await isVouchedFor([user], [root]));
});
