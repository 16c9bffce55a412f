/** Parses X.509 certificates far enough to check who signed them. Deno 2.6 lacks the `verify` of Node's class. */

/** A parsed certificate. */
export interface Certificate {
  /** The signed bytes. */
  readonly signed: Uint8Array<ArrayBuffer>;
  /** The signature algorithm, as the bytes of an object identifier in hexadecimal. */
  readonly algorithm: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** The names of both sides, in their encoded form: equal names are equal texts. */
  readonly issuer: string;
  readonly subject: string;
  /** The public key, as SPKI. */
  readonly key: Uint8Array<ArrayBuffer>;
  /** Whether it may sign other certificates. */
  readonly isAuthority: boolean;
}

/** A DER value with its header. */
interface Der {
  readonly tag: number;
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly content: Uint8Array<ArrayBuffer>;
}

const OBJECT_IDENTIFIER = 0x06;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** The extension `basicConstraints`, and the encoding of `cA: TRUE`. */
const BASIC_CONSTRAINTS = "551d13";
const IS_AUTHORITY = /^30..0101ff/;

/** Key families, as the bytes of an object identifier in hexadecimal. */
const [RSA, ELLIPTIC, ED25519] = ["2a864886f70d010101", "2a8648ce3d0201", "2b6570"];

/** The hash and key family of each signature algorithm that public and cluster authorities use. */
const ALGORITHMS: Readonly<Record<string, { name: string; hash?: string; family: string }>> = {
  "2a864886f70d01010b": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", family: RSA },
  "2a864886f70d01010c": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384", family: RSA },
  "2a864886f70d01010d": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512", family: RSA },
  "2a8648ce3d040302": { name: "ECDSA", hash: "SHA-256", family: ELLIPTIC },
  "2a8648ce3d040303": { name: "ECDSA", hash: "SHA-384", family: ELLIPTIC },
  "2b6570": { name: "Ed25519", family: ED25519 },
};

/** The curves of ECDSA keys, and the size of their numbers in bytes. */
const CURVES: Readonly<Record<string, { namedCurve: string; size: number }>> = {
  "2a8648ce3d030107": { namedCurve: "P-256", size: 32 },
  "2b81040022": { namedCurve: "P-384", size: 48 },
};

/**
 * Parses a certificate.
 *
 * @throws {RangeError} If it is not a certificate.
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  const [body, algorithm, signature] = children(first(new Uint8Array(bytes)).content) as [Der, Der, Der];
  if (!body || !algorithm || !signature) {
    throw new RangeError("Cannot read a certificate as it does not have its three parts");
  }
  const fields = children(body.content);
  if (fields[0]?.tag === VERSION) fields.shift();
  const [, , issuer, , subject, key] = fields;
  if (!issuer || !subject || !key) throw new RangeError("Cannot read a certificate as it is cut off");
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    signed: body.whole,
    algorithm: oid(algorithm),
    // Without the count of unused bits.
    signature: signature.content.slice(1),
    issuer: issuer.whole.toHex(),
    subject: subject.whole.toHex(),
    key: key.whole,
    isAuthority: extensions !== undefined && isAuthority(extensions),
  };
}

/** All readable certificates in a PEM text. */
export function readPem(pem: string): Certificate[] {
  const found = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g);
  return Array.from(found).flatMap(([, base64]) => {
    try {
      return [readCertificate(Uint8Array.fromBase64(base64!.replace(/\s+/g, "")))];
    } catch {
      // The other certificates of the bundle may still be usable.
      return [];
    }
  });
}

/**
 * Whether a certificate was signed with another one's key; `undefined` if the names match but the signature has a type
 * that cannot be checked here, such as RSA-PSS or P-521.
 */
export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean | undefined> {
  if (certificate.issuer !== issuer.subject) return false;
  const algorithm = ALGORITHMS[certificate.algorithm];
  if (!algorithm) return undefined;
  const { name, hash, family } = algorithm;
  const [keyFamily, curveId] = children(children(first(issuer.key).content)[0]!.content).map(oid);
  if (keyFamily !== family) return false;
  const curve = family === ELLIPTIC ? CURVES[curveId!] : undefined;
  if (family === ELLIPTIC && !curve) return undefined;
  try {
    const parameters = { name, ...(hash && { hash }), ...(curve && { namedCurve: curve.namedCurve }) };
    const key = await crypto.subtle.importKey("spki", issuer.key, parameters, false, ["verify"]);
    const signature = curve ? twoNumbers(certificate.signature, curve.size) : certificate.signature;
    return await crypto.subtle.verify(parameters, key, signature, certificate.signed);
  } catch {
    // The TLS handshake, which has accepted the certificates, supports more algorithms than this.
    return undefined;
  }
}

/** Converts a signature from DER to WebCrypto's form: two numbers of equal size. */
function twoNumbers(signature: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const numbers = new Uint8Array(2 * size);
  for (const [at, { content }] of children(first(signature).content).entries()) {
    const digits = content.subarray(Math.max(0, content.length - size));
    numbers.set(digits, (at + 1) * size - digits.length);
  }
  return numbers;
}

function isAuthority(extensions: Der): boolean {
  return children(first(extensions.content).content).some(({ content }) => {
    const parts = children(content);
    return oid(parts[0]) === BASIC_CONSTRAINTS && IS_AUTHORITY.test(parts.at(-1)!.content.toHex());
  });
}

function oid(der: Der | undefined): string {
  const found = der?.tag === OBJECT_IDENTIFIER ? der : der && children(der.content)[0];
  return found?.tag === OBJECT_IDENTIFIER ? found.content.toHex() : "";
}

function children(bytes: Uint8Array<ArrayBuffer>): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = first(bytes.subarray(at));
    found.push(next);
    at += next.whole.length;
  }
  return found;
}

function first(bytes: Uint8Array<ArrayBuffer>): Der {
  const [tag = 0, short = 0] = bytes;
  const more = short < 0x80 ? 0 : short - 0x80;
  const start = 2 + more;
  let length = more === 0 ? short : 0;
  for (const digit of bytes.subarray(2, start)) length = length * 256 + digit;
  if (more > 4 || start + length > bytes.length) throw new RangeError("Cannot read a certificate as it is cut off");
  return { tag, whole: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) };
}
