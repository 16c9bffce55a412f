/**
 * Checks a server's certificates against one authority only. Imports Node's TLS where it is used: a compiled operator
 * would otherwise load it at every start, which takes 20 ms.
 */

import type { Socket } from "node:net";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Clock } from "../../../time/mod.ts";
import { addressOf, dialForNode, type Proxy } from "../../../wire/mod.ts";
import { ConnectionError } from "../../answer/mod.ts";
import type { KeyPair } from "../found/mod.ts";
import { type Certificate, isSignedBy, readCertificate, readPem } from "./certificate.ts";

/** More certificates than any server presents. */
const MOST_CERTIFICATES = 20;

/** What a handshake shows about a server. */
export type Vouching =
  /** The authority vouches for the server. */
  | "by the authority"
  /** It cannot be determined: the intermediate certificates are not visible, or a signature cannot be checked. */
  | "unknown";

/** How to look at the certificates. */
export interface ChainLook {
  readonly clock: Clock;
  /** How long each part may take, in milliseconds. */
  readonly patience: number;
  /** The server name for TLS, if it differs from the URL's host. */
  readonly serverName: string | undefined;
  /** The proxy of the tunnel, if any. */
  readonly proxy: Proxy | undefined;
}

/**
 * Opens a connection, and sends no request on it.
 *
 * @param server The server.
 * @param authority The authority, as PEM.
 * @param keyPair The client certificate, for a server that refuses a handshake without one.
 * @param how The way there, and the time limit.
 * @throws {ConnectionError} If the authority does not vouch for the server, or the server cannot be reached.
 */
export async function checkChain(
  server: URL,
  authority: string,
  keyPair: KeyPair | undefined,
  how: ChainLook,
): Promise<Vouching> {
  const presented = await presentedCertificates(server, authority, keyPair, how);
  // Deno 2.6 adds the authority to its own roots, as `fetch` does, so another root may have accepted the certificates.
  const isVouched = await isVouchedFor(presented, readPem(authority));
  if (isVouched === false) throw untrusted("UnknownIssuer");
  return isVouched ? "by the authority" : "unknown";
}

/** The certificates that a server presents. */
export interface Presented {
  /** Its own. */
  readonly leaf: Certificate;
  /** The others, in any order; `undefined` if they are not visible. */
  readonly others: readonly Certificate[] | undefined;
}

/**
 * Whether signatures lead from a server's certificate to an authority, through any of the other certificates;
 * `undefined` if this cannot be determined. Does not check names and times: the handshake does that.
 */
export async function isVouchedFor(
  { leaf, others }: Presented,
  authorities: readonly Certificate[],
): Promise<boolean | undefined> {
  const left = new Set(others);
  const reached = [leaf];
  let isUnknown = false;
  // The loop appends to it.
  for (const certificate of reached) {
    for (const authority of authorities) {
      const isSigned = await isSignedBy(certificate, authority);
      if (isSigned) return true;
      isUnknown ||= isSigned === undefined;
    }
    for (const next of left) {
      if (!next.isAuthority) continue;
      const isSigned = await isSignedBy(certificate, next);
      if (isSigned === false) continue;
      left.delete(next);
      reached.push(next);
    }
  }
  // If the others are not visible, an intermediate certificate may lie between, unless the leaf names an authority as
  // its issuer.
  const isHidden = others === undefined && authorities.every(({ subject }) => subject !== leaf.issuer);
  return isUnknown || isHidden ? undefined : false;
}

async function presentedCertificates(
  server: URL,
  authority: string,
  keyPair: KeyPair | undefined,
  { clock, patience, serverName, proxy }: ChainLook,
): Promise<Presented> {
  const [{ isIP }, { connect }] = await Promise.all([import("node:net"), import("node:tls")]);
  const address = addressOf(server);
  const host = serverName ?? address.hostname;
  const name = isIP(host) === 0 ? { servername: host } : {};
  return await new Promise((resolve, reject) => {
    const use = (plain: Socket) => {
      const options = {
        socket: plain,
        host,
        ca: authority,
        ALPNProtocols: ["http/1.1"],
        ...name,
        ...keyPair,
      };
      const socket: TLSSocket = connect(options, () => {
        try {
          resolve(toPresented(socket.getPeerCertificate(true)));
        } catch (error) {
          reject(error);
        }
        socket.destroy();
      });
      socket.setTimeout(patience, () => socket.destroy(new Error("no handshake in time")));
      socket.on("error", (error: Error & { code?: string }) => {
        const { code = "", message } = error;
        // Names are left to `fetch`, which may have been told to accept another one. An alert is the server's refusal,
        // not ours.
        const isOther = code === "ERR_TLS_CERT_ALTNAME_INVALID" || /alert/i.test(message);
        const isAboutTrust = !isOther && /CERT|VERIFY|ISSUER|SIGNATURE/i.test(`${code} ${message}`);
        reject(isAboutTrust ? untrusted(message) : unreachable(error));
      });
      socket.on("close", () => reject(unreachable(new Error("the connection was closed"))));
    };
    dialForNode(address, proxy, patience, clock, use).catch((error) => reject(unreachable(error)));
  });
}

function toPresented(peer: DetailedPeerCertificate): Presented {
  const leaf = readCertificate(peer.raw);
  // Deno 2.6 does not show the other certificates.
  if (!("issuerCertificate" in peer)) return { leaf, others: undefined };
  const others: Certificate[] = [];
  for (let at = peer; at.issuerCertificate && at.issuerCertificate !== at && others.length < MOST_CERTIFICATES;) {
    at = at.issuerCertificate as DetailedPeerCertificate;
    if (at.raw) others.push(readCertificate(at.raw));
  }
  return { leaf, others };
}

function untrusted(detail: string): ConnectionError {
  const problem =
    `the certificate of the API server is not trusted (${detail}): the kubeconfig's certificate authority ` +
    "does not vouch for it, only a root certificate of this machine does; name the authority that signed it";
  return new ConnectionError(problem, { failure: "untrusted" });
}

function unreachable(cause: Error): ConnectionError {
  const problem = `the API server cannot be reached (${cause.message})`;
  return new ConnectionError(problem, { failure: "unreachable", cause });
}
