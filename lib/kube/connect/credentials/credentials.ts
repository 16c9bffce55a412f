/** How a user proves who it is, at each request: tokens, passwords and certificates, as they are now. */

import type { Clock } from "../../../time/mod.ts";
import { ConnectError, type Host, type KeyPair, type Located, readFile } from "../found/mod.ts";
import { type ExecCredential, runExecPlugin } from "./exec_plugin.ts";
import { type PemSource, pemSource } from "./pem_source.ts";
import { Renewal } from "./renewal.ts";

/** What one request proves the user with. */
export interface Credential {
  /** The value of the `Authorization` header. */
  readonly authorization: string | undefined;
  /** The client certificate. */
  readonly keyPair: KeyPair | undefined;
  /** What the exec plugin gave, when that is in it. */
  readonly exec: ExecCredential | undefined;
}

/** What an `Authorization` header may hold: anything else would be quoted, by the error that refuses it. */
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
  /** What the token's file said when it was last well. */
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
   * The credentials of whoever was found. Reads the files, and runs no plugin.
   *
   * @throws {ConnectError} If a file cannot be read, or what stands in the kubeconfig can be sent to nobody.
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
   * What the next request proves the user with.
   *
   * @throws {ConnectError} If a token's file could never be read, or the exec plugin gave nothing.
   */
  current(): Credential | Promise<Credential> {
    const { tokenFile } = this.#located.user;
    if (this.#fixed === undefined && tokenFile !== undefined) return this.#withTokenOf(tokenFile);
    const given = this.#exec?.current();
    return given instanceof Promise ? given.then((exec) => this.#of(exec)) : this.#of(given);
  }

  /**
   * What to send instead of a credential that was refused; `undefined` when there is nothing else. The exec plugin is asked
   * for it, and files are looked at.
   */
  async instead(refused: Credential): Promise<Credential | undefined> {
    await this.look();
    const exec = refused.exec && await this.#exec?.instead(refused.exec);
    if (refused.exec && !exec) return undefined;
    const other = exec ? this.#of(exec) : await this.current();
    const isSame = other.authorization === refused.authorization && other.keyPair?.cert === refused.keyPair?.cert;
    return isSame ? undefined : other;
  }

  /** Notes that the server did not take it. */
  refuse({ exec }: Credential): void {
    if (exec) this.#exec?.refuse(exec);
  }

  /** Notes that the server took it. */
  accept({ exec }: Credential): void {
    if (exec) this.#exec?.accept(exec);
  }

  /** Looks at the files of certificates again. */
  async look(): Promise<void> {
    await Promise.all([this.#certificate?.look(), this.#key?.look()]);
  }

  async #withTokenOf(file: string): Promise<Credential> {
    try {
      this.#fileToken = await this.#readToken(file);
    } catch (error) {
      // It is just being written, or gone: what was read before may still do, and the server says when it does not.
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

  /** The same object for as long as both texts are the same. */
  get #fileKeyPair(): KeyPair | undefined {
    const [cert, key] = [this.#certificate?.text, this.#key?.text];
    if (cert === undefined || key === undefined) return undefined;
    const kept = this.#keyPair;
    if (kept?.cert === cert && kept.key === key) return kept;
    return this.#keyPair = { cert, key };
  }
}

/** As kubectl has it, a name with a password goes before a token. */
function fixedAuthorization({ user: { username, password, token, tokenFile }, source }: Located): string | undefined {
  if (username || password) return `Basic ${base64(`${username ?? ""}:${password ?? ""}`)}`;
  return token && !tokenFile ? bearer(token, source) : undefined;
}

function bearer(token: string, origin: string): string {
  if (token !== "" && HEADER_TEXT.test(token)) return `Bearer ${token}`;
  const problem = token === "" ? "is empty" : "holds characters that no header can carry";
  throw new ConnectError(`Cannot use the token of ${origin} as it ${problem}`);
}

/** Of the text's UTF-8, as kubectl does: `btoa` alone knows no letters beyond Latin-1. */
function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
