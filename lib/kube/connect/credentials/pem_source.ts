/** A text of credentials that stands in the kubeconfig, or in a file that may change while the process runs. */

import { type Host, isEmpty, joinNeeds, readFile } from "../found/mod.ts";

/** A text that can be looked at again. */
export interface PemSource {
  /** What it says, as far as is known. */
  readonly text: string;
  /** Looks again. What cannot be read, or is no PEM, leaves the text as it was. */
  look(): Promise<void>;
}

/**
 * A source of data or of a file, read once.
 *
 * @param host The machine.
 * @param data What the kubeconfig says, as base64; it goes before the file.
 * @param file The file.
 * @param origin Who names it, for errors.
 * @returns The source; `undefined` when there is neither.
 * @throws {ConnectError} If the file cannot be read.
 */
export async function pemSource(
  host: Host,
  data: string | undefined,
  file: string | undefined,
  origin: string,
): Promise<PemSource | undefined> {
  if (data) return { text: atob(data), look: () => Promise.resolve() };
  if (!file) return undefined;
  const first = await readFile(host, file, origin);
  return first === undefined ? undefined : new PemFile(host, file, first);
}

/** A file, as it was when it was last well. */
class PemFile implements PemSource {
  readonly #host: Host;
  readonly #path: string;
  text: string;

  constructor(host: Host, path: string, text: string) {
    this.#host = host;
    this.#path = path;
    this.text = text;
  }

  async look(): Promise<void> {
    // A permission that was given up meanwhile is never prompted for.
    if (!isEmpty(await this.#host.missing(joinNeeds({ read: [this.#path] })))) return;
    try {
      // All of it rather than its time: a mounted Secret changes by a symbolic link, and three small files a minute cost nothing.
      const text = await this.#host.readTextFile(this.#path);
      if (text !== undefined && isPem(text)) this.text = text;
    } catch {
      // It is just being replaced, or gone: what was read before may still do, and the server says when it does not.
    }
  }
}

/** Whether a text holds PEM. */
export function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}
