/** Certificates for a test, made by openssl. */

/** The files of a certificate and its key. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/**
 * A certificate authority, and certificates that it signed: of a server on 127.0.0.1, and of a client. Another authority of
 * the same name, and a server's certificate of that.
 */
export interface Pki {
  readonly authority: Identity;
  readonly otherAuthority: Identity;
  readonly stranger: Identity;
  readonly server: Identity;
  readonly client: Identity;
}

/** Whether openssl is there and may be run. */
export async function hasOpenssl(): Promise<boolean> {
  try {
    return (await new Deno.Command("openssl", { args: ["version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    // Not there, or not permitted: the tests that need it are ignored.
    return false;
  }
}

/** Makes the certificates as files of a directory. */
export async function makePki(directory: string): Promise<Pki> {
  const root = [["-subj", "/CN=test authority"], ["-addext", "basicConstraints=critical,CA:TRUE"]];
  const authority = await certificate(directory, "authority", root);
  const otherAuthority = await certificate(directory, "other_authority", root);
  const signed = ["-CA", authority.certificate, "-CAkey", authority.key];
  const signedByOther = ["-CA", otherAuthority.certificate, "-CAkey", otherAuthority.key];
  const leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
  const server = await certificate(directory, "server", [
    ["-subj", "/CN=test server", "-addext", "subjectAltName=IP:127.0.0.1"],
    [...signed, ...leaf],
  ]);
  const stranger = await certificate(directory, "stranger", [
    ["-subj", "/CN=test server", "-addext", "subjectAltName=IP:127.0.0.1"],
    [...signedByOther, ...leaf],
  ]);
  const client = await certificate(directory, "client", [["-subj", "/CN=test client"], [...signed, ...leaf]]);
  return { authority, otherAuthority, server, stranger, client };
}

/** A certificate of a server of a name or an IPv6 address, signed by an authority. */
export function makeIdentity(directory: string, authority: Identity, name: string): Promise<Identity> {
  const alternative = name.includes(":") ? `IP:${name}` : `DNS:${name}`;
  return certificate(directory, name, [
    ["-subj", "/CN=test server", "-addext", `subjectAltName=${alternative}`],
    ["-CA", authority.certificate, "-CAkey", authority.key, "-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
}

/** A certificate of a server on 127.0.0.1, signed by an authority, whose time is over. */
export async function makeExpired(directory: string, authority: Identity): Promise<Identity> {
  const [identity, request] = [
    { certificate: `${directory}/expired.crt`, key: `${directory}/expired.key` },
    `${directory}/expired.csr`,
  ];
  const making = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test server"];
  await openssl([...making, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", identity.key, "-out", request]);
  const signing = ["x509", "-req", "-in", request, "-copy_extensions", "copy", "-days", "-1"];
  await openssl([...signing, "-CA", authority.certificate, "-CAkey", authority.key, "-out", identity.certificate]);
  return identity;
}

async function certificate(directory: string, name: string, args: readonly string[][]): Promise<Identity> {
  const identity = { certificate: `${directory}/${name}.crt`, key: `${directory}/${name}.key` };
  const making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  const output = ["-keyout", identity.key, "-out", identity.certificate];
  await openssl([...making, ...args.flat(), ...output]);
  return identity;
}

async function openssl(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args] }).output();
  if (!success) throw new Error(`openssl failed: ${new TextDecoder().decode(stderr)}`);
}

/**
 * Starts `openssl s_server`, which tells as a page what it knows of the client, and closes then.
 *
 * @param folder Where it runs.
 * @param pki Its certificate, and the authority of its clients.
 * @param args What else it is told: which versions of TLS it speaks, and whether it wants a certificate of the client's.
 */
export async function serveByOpenssl(
  folder: string,
  { server, authority }: Pki,
  args: readonly string[],
): Promise<{ url: string } & AsyncDisposable> {
  const process = new Deno.Command("openssl", {
    args: [
      ...["s_server", "-accept", "127.0.0.1:0", "-cert", server.certificate, "-key", server.key, "-www"],
      ...["-CAfile", authority.certificate, ...args],
    ],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/ACCEPT \S+:(\d+)/.test(text)) text += (await output.read()).value ?? "";
  return {
    url: `https://127.0.0.1:${/ACCEPT \S+:(\d+)/.exec(text)?.[1]}`,
    async [Symbol.asyncDispose]() {
      process.kill();
      await output.cancel();
      await process.status;
    },
  };
}
