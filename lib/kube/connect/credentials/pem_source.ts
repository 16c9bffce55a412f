/** A PEM text of the credentials: from the kubeconfig, or from a file that may change while the process runs. */

import { type Host, joinNeeds, needsNothing, readFile } from "../found/mod.ts";

/** A text that can be refreshed. */
export interface PemSource {
  /** The last known text. */
  readonly text: string;
  /** Reads it again. If it cannot be read or is not PEM, the text stays as it was. */
  look(): Promise<void>;
}

/**
 * Opens a source of data or of a file, and reads it once.
 *
 * @param host The machine.
 * @param data The data of the kubeconfig, as base64; it takes precedence over the file.
 * @param file The file.
 * @param origin What names it, for errors.
 * @returns The source; `undefined` if there is neither.
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

/** A file, with its last valid text. */
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
    // The permission may have been revoked since; never prompt for it.
    if (!needsNothing(await this.#host.missing(joinNeeds({ read: [this.#path] })))) return;
    try {
      // Reads the text instead of checking the time: a mounted Secret changes by a symbolic link, and three small files
      // a minute are cheap.
      const text = await this.#host.readTextFile(this.#path);
      if (text !== undefined && isPem(text)) this.text = text;
    } catch {
      // The file is being replaced or is gone. The last text may still work; if not, the server will refuse it.
    }
  }
}

/** Whether a text holds PEM. */
export function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}
