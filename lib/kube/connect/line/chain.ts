/**
 * Checks a server's certificates against one authority alone. Node's TLS is imported where it is used: at the top it would be
 * loaded at every start of an operator that was made one file, which takes 20 ms.
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

/** What is known of a server after a handshake. */
export type Vouching =
  /** The authority vouches for it. */
  | "by the authority"
  /** There is no way to tell: the certificates between cannot be seen, or a signature cannot be checked. */
  | "unknown";

/** How the certificates are looked at. */
export interface ChainLook {
  readonly clock: Clock;
  /** How long each part of it may take, in milliseconds. */
  readonly patience: number;
  /** The name that the server is asked by, when it is not that of its URL. */
  readonly serverName: string | undefined;
  /** What a tunnel leads through. */
  readonly proxy: Proxy | undefined;
}

/**
 * Makes a connection, and sends nothing on it.
 *
 * @param server The server.
 * @param authority The authority, as PEM.
 * @param keyPair The client certificate, for a server that ends a handshake without one.
 * @param how By which way, and how long it may take.
 * @throws {ConnectionError} If the authority does not vouch for the server, or it cannot be reached.
 */
export async function checkChain(
  server: URL,
  authority: string,
  keyPair: KeyPair | undefined,
  how: ChainLook,
): Promise<Vouching> {
  const presented = await presentedCertificates(server, authority, keyPair, how);
  // Deno 2.6 adds the authority here too, as fetch does, so what it has found well may be so by another.
  const isVouched = await isVouchedFor(presented, readPem(authority));
  if (isVouched === false) throw untrusted("UnknownIssuer");
  return isVouched ? "by the authority" : "unknown";
}

/** The certificates that a server presents. */
export interface Presented {
  /** Its own. */
  readonly leaf: Certificate;
  /** The others, in any order; `undefined` when they cannot be seen. */
  readonly others: readonly Certificate[] | undefined;
}

/**
 * Whether signatures lead from a server's certificate to an authority, by whichever of the other certificates; `undefined` when
 * there is no way to tell. Names and times are the business of whoever made the connection.
 */
export async function isVouchedFor(
  { leaf, others }: Presented,
  authorities: readonly Certificate[],
): Promise<boolean | undefined> {
  const left = new Set(others);
  const reached = [leaf];
  let isUnknown = false;
  // Grows while it is gone through.
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
  // Without the others, only an authority of that very name would have to be the one.
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
        // The name is fetch's business, which may have been told to let another pass; an alert is the server's word, not ours.
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
  // Deno 2.6 tells of no other.
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
    `the certificate of the API server is not trusted (${detail}): the authority that the kubeconfig names ` +
    "does not vouch for it, though one of this machine's does; name the authority that signed it";
  return new ConnectionError(problem, { failure: "untrusted" });
}

function unreachable(cause: Error): ConnectionError {
  const problem = `the API server cannot be reached (${cause.message})`;
  return new ConnectionError(problem, { failure: "unreachable", cause });
}
