/** Checks a server's certificates against one authority alone. Loads Node's TLS, so it is loaded only where it is needed. */

import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { ConnectionError } from "../errors.ts";
import { type Certificate, isSignedBy, readCertificate, readPem } from "./certificate.ts";

/** More certificates than any chain has. */
const LONGEST_CHAIN = 10;

/**
 * Makes a connection, and sends nothing on it.
 *
 * @param server The server.
 * @param authority The authority, as PEM.
 * @param patience How long it may take, in milliseconds.
 * @throws {ConnectionError} If the authority does not vouch for the server, or it cannot be reached.
 */
export async function checkChain(server: URL, authority: string, patience: number): Promise<void> {
  const chain = await presentedChain(server, authority, patience);
  // Deno 2.6 adds the authority here too, as fetch does, so what it has found well may be so by another.
  if (!await isVouchedFor(chain, readPem(authority))) throw untrusted("UnknownIssuer");
}

/**
 * Whether signatures lead from the first certificate to an authority. Names and times are the business of whoever made the
 * connection.
 */
export async function isVouchedFor(
  chain: readonly Certificate[],
  authorities: readonly Certificate[],
): Promise<boolean> {
  for (const [at, certificate] of chain.entries()) {
    for (const authority of authorities) if (await isSignedBy(certificate, authority)) return true;
    const next = chain[at + 1];
    if (!next?.isAuthority || !await isSignedBy(certificate, next)) return false;
  }
  return false;
}

function presentedChain(server: URL, authority: string, patience: number): Promise<Certificate[]> {
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve, reject) => {
    const options = { host, port: Number(server.port || 443), ca: authority, ALPNProtocols: ["http/1.1"], ...name };
    const socket: TLSSocket = connect(options, () => {
      try {
        resolve(chainOf(socket.getPeerCertificate(true)));
      } catch (error) {
        reject(error);
      }
      socket.destroy();
    });
    socket.setTimeout(patience, () => socket.destroy(new Error("no handshake in time")));
    socket.on("error", (error: Error & { code?: string }) => {
      const { code = "", message } = error;
      const isAboutTrust = /CERT|VERIFY|ISSUER|SIGNATURE|certificate/i.test(`${code} ${message}`);
      reject(isAboutTrust ? untrusted(message) : unreachable(error));
    });
    socket.on("close", () => reject(unreachable(new Error("the connection was closed"))));
  });
}

function chainOf(peer: DetailedPeerCertificate): Certificate[] {
  const chain: Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = peer;
  while (next?.raw && chain.length < LONGEST_CHAIN) {
    chain.push(readCertificate(next.raw));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

function untrusted(detail: string): ConnectionError {
  const problem =
    `the certificate of the API server is not trusted (${detail}): the authority that the kubeconfig names ` +
    "does not vouch for it, though one of this machine's does; name the authority that signed it";
  return new ConnectionError(problem, { failure: "untrusted" });
}

function unreachable(cause: Error): ConnectionError {
  const problem = `the API server cannot be reached (${cause.message})`;
  return new ConnectionError(problem, { failure: "unreachable", cause });
}
