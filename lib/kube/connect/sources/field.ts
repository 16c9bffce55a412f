/** One value in a kubeconfig that knows where it stands, so that an error can say so. */

import { isPem } from "../credentials/mod.ts";
import { ConnectError } from "../found/mod.ts";

/** One value in a kubeconfig, with its file and its path in it. */
export class Field {
  /** The file that it stands in. */
  readonly file: string;
  /** Its path in the file: `clusters[0].cluster.server`; empty for the file as a whole. */
  readonly path: string;
  /** What it says. */
  readonly value: unknown;

  /** @param file The file. @param path The path in it. @param value What it says. */
  constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  /** Whether it has parts. */
  get isMapping(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A part of a mapping; empty when there is no mapping. */
  at(key: string): Field {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    if (this.value === undefined || this.value === null) return new Field(this.file, path, undefined);
    if (typeof this.value !== "object" || Array.isArray(this.value)) this.fail("is no mapping");
    const { value } = this;
    return new Field(this.file, path, Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
  }

  /** The items of a list; none when there is no list. */
  items(): Field[] {
    if (this.value === undefined || this.value === null) return [];
    if (!Array.isArray(this.value)) this.fail("is no list");
    return this.value.map((value, index) => new Field(this.file, `${this.path}[${index}]`, value));
  }

  /** A text; `undefined` when there is none, or it is empty. */
  text(): string | undefined {
    if (this.value === undefined || this.value === null || this.value === "") return undefined;
    if (typeof this.value !== "string") this.fail("is no text: put it in quotes");
    return this.value;
  }

  /** A text that must be there. */
  requiredText(): string {
    return this.text() ?? this.fail("is missing");
  }

  /** Whether it says `true`. */
  isTrue(): boolean {
    if (this.value === undefined || this.value === null) return false;
    if (typeof this.value !== "boolean") this.fail("is neither true nor false");
    return this.value;
  }

  /** Base64 of PEM; `undefined` when there is none. What it says is never shown: it may be a secret. */
  pemData(): string | undefined {
    const data = this.text();
    if (data === undefined) return undefined;
    const pem = decodeBase64(data) ?? this.fail("is no base64");
    if (!isPem(pem)) this.fail('is no base64 of PEM: once decoded, it does not hold "-----BEGIN"');
    return data;
  }

  /** @throws {ConnectError} Always, saying where the file breaks the rule. */
  fail(rule: string): never {
    throw new ConnectError(`Cannot use kubeconfig ${this.file} as ${this.path || "it"} ${rule}`);
  }
}

function decodeBase64(data: string): string | undefined {
  try {
    return atob(data);
  } catch {
    return undefined;
  }
}
