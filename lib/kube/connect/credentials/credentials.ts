/** How a user authenticates each request: the present tokens, passwords and certificates. */

import type { Clock } from "../../../time/mod.ts";
import { ConnectError, type Host, type KeyPair, type Located, readFile } from "../found/mod.ts";
import { type ExecCredential, runExecPlugin } from "./exec_plugin.ts";
import { type PemSource, pemSource } from "./pem_source.ts";
import { Renewal } from "./renewal.ts";

/** What authenticates one request. */
export interface Credential {
  /** The value of the `Authorization` header. */
  readonly authorization: string | undefined;
  /** The client certificate. */
  readonly keyPair: KeyPair | undefined;
  /** The exec plugin's credential, if it is used here. */
  readonly exec: ExecCredential | undefined;
}

/** The characters of an `Authorization` header. The error for any other character would quote the value. */
const HEADER_TEXT = /^[\x20-\x7e]+$/;

/** The credentials of a user. */
export class Credentials {
  readonly #located: Located;
  readonly #host: Host;
  readonly #certificate: PemSource | undefined;
  readonly #key: PemSource | undefined;
  readonly #fixed: string | undefined;
  readonly #exec: Renewal<ExecCredential> | undefined;
  #keyPair: KeyPair | undefined;
  /** The content of the token file when it was last valid. */
  #fileToken: string | undefined;

  private constructor(
    located: Located,
    host: Host,
    clock: Clock,
    sources: { certificate: PemSource | undefined; key: PemSource | undefined; authority: PemSource | undefined },
  ) {
    const { user, cluster } = located;
    this.#located = located;
    this.#host = host;
    this.#certificate = sources.certificate;
    this.#key = sources.key;
    this.#fixed = fixedAuthorization(located);
    const { exec } = user;
    if (exec) {
      const plugin = { exec, cluster, authority: () => sources.authority?.text };
      this.#exec = new Renewal(() => runExecPlugin(plugin, clock), ({ expiry }) => expiry, clock);
    }
  }

  /**
   * Opens the credentials of a located cluster. Reads the files, and runs no plugin.
   *
   * @throws {ConnectError} If a file cannot be read, or a value of the kubeconfig cannot be sent.
   */
  static async open(
    located: Located,
    host: Host,
    clock: Clock,
    authority: PemSource | undefined,
  ): Promise<Credentials> {
    const { user, source } = located;
    const [certificate, key] = await Promise.all([
      pemSource(host, user["client-certificate-data"], user["client-certificate"], source),
      pemSource(host, user["client-key-data"], user["client-key"], source),
    ]);
    return new Credentials(located, host, clock, { certificate, key, authority });
  }

  /**
   * The credential for the next request.
   *
   * @throws {ConnectError} If the token file could never be read, or the exec plugin returned no credential.
   */
  current(): Credential | Promise<Credential> {
    const { tokenFile } = this.#located.user;
    if (this.#fixed === undefined && tokenFile !== undefined) return this.#withTokenOf(tokenFile);
    const given = this.#exec?.current();
    return given instanceof Promise ? given.then((exec) => this.#of(exec)) : this.#of(given);
  }

  /**
   * The credential to send after a refused one; `undefined` if there is no other. Asks the exec plugin, and checks the
   * files.
   */
  async instead(refused: Credential): Promise<Credential | undefined> {
    await this.look();
    const exec = refused.exec && await this.#exec?.instead(refused.exec);
    if (refused.exec && !exec) return undefined;
    const other = exec ? this.#of(exec) : await this.current();
    const isSame = other.authorization === refused.authorization && other.keyPair?.cert === refused.keyPair?.cert;
    return isSame ? undefined : other;
  }

  /** Records that the server refused the credential. */
  refuse({ exec }: Credential): void {
    if (exec) this.#exec?.refuse(exec);
  }

  /** Records that the server accepted the credential. */
  accept({ exec }: Credential): void {
    if (exec) this.#exec?.accept(exec);
  }

  /** Checks the certificate files for changes. */
  async look(): Promise<void> {
    await Promise.all([this.#certificate?.look(), this.#key?.look()]);
  }

  async #withTokenOf(file: string): Promise<Credential> {
    try {
      this.#fileToken = await this.#readToken(file);
    } catch (error) {
      // The file is being written or is gone. The last content may still work; if not, the server will refuse it.
      if (this.#fileToken === undefined) throw error;
    }
    return { authorization: this.#fileToken, keyPair: this.#fileKeyPair, exec: undefined };
  }

  async #readToken(file: string): Promise<string> {
    const origin = this.#located.source;
    const token = await readFile(this.#host, file, origin);
    if (token === undefined) throw new ConnectError(`Cannot use ${origin} as ${file} is not there`);
    return bearer(token.trim(), file);
  }

  #of(exec: ExecCredential | undefined): Credential {
    const { user: { exec: plugin } } = this.#located;
    const given = exec?.token === undefined ? undefined : bearer(exec.token, `exec plugin ${plugin?.command}`);
    return { authorization: this.#fixed ?? given, keyPair: this.#fileKeyPair ?? exec?.keyPair, exec };
  }

  /** Returns the same object as long as both texts are the same. */
  get #fileKeyPair(): KeyPair | undefined {
    const [cert, key] = [this.#certificate?.text, this.#key?.text];
    if (cert === undefined || key === undefined) return undefined;
    const kept = this.#keyPair;
    if (kept?.cert === cert && kept.key === key) return kept;
    return this.#keyPair = { cert, key };
  }
}

/** As in kubectl, a user name with a password takes precedence over a token. */
function fixedAuthorization({ user: { username, password, token, tokenFile }, source }: Located): string | undefined {
  if (username || password) return `Basic ${base64(`${username ?? ""}:${password ?? ""}`)}`;
  return token && !tokenFile ? bearer(token, source) : undefined;
}

function bearer(token: string, origin: string): string {
  if (token !== "" && HEADER_TEXT.test(token)) return `Bearer ${token}`;
  const problem = token === "" ? "is empty" : "contains characters that an HTTP header cannot hold";
  throw new ConnectError(`Cannot use the token of ${origin} as it ${problem}`);
}

/** Encodes the text's UTF-8, as kubectl does: `btoa` alone only knows Latin-1. */
function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
