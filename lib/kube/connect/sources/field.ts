/** A value in a kubeconfig with its file and path, so that errors can name them. */

import { isPem } from "../credentials/mod.ts";
import { ConnectError } from "../found/mod.ts";

/** A value in a kubeconfig, with its file and path. */
export class Field {
  readonly file: string;
  /** The path in the file: `clusters[0].cluster.server`; empty for the whole file. */
  readonly path: string;
  /** The value. */
  readonly value: unknown;

  /** @param file The file. @param path The path in it. @param value The value. */
  constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  get isMapping(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** A field of the mapping; empty if this is not a mapping. */
  at(key: string): Field {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    if (this.value === undefined || this.value === null) return new Field(this.file, path, undefined);
    if (typeof this.value !== "object" || Array.isArray(this.value)) this.fail("is not a mapping");
    const { value } = this;
    return new Field(this.file, path, Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
  }

  /** The items of the list; none if this is not a list. */
  items(): Field[] {
    if (this.value === undefined || this.value === null) return [];
    if (!Array.isArray(this.value)) this.fail("is no list");
    return this.value.map((value, index) => new Field(this.file, `${this.path}[${index}]`, value));
  }

  /** The text; `undefined` if it is missing or empty. */
  text(): string | undefined {
    if (this.value === undefined || this.value === null || this.value === "") return undefined;
    if (typeof this.value !== "string") this.fail("is not a string: put it in quotes");
    return this.value;
  }

  /** The text, which must be present. */
  requiredText(): string {
    return this.text() ?? this.fail("is missing");
  }

  /** Whether it says `true`. */
  isTrue(): boolean {
    if (this.value === undefined || this.value === null) return false;
    if (typeof this.value !== "boolean") this.fail("is neither true nor false");
    return this.value;
  }

  /** The decoded PEM data; `undefined` if it is missing. Errors never show it: it may be a secret. */
  pemData(): string | undefined {
    const data = this.text();
    if (data === undefined) return undefined;
    const pem = decodeBase64(data) ?? this.fail("is no base64");
    if (!isPem(pem)) this.fail('is not base64 of PEM: decoded, it does not contain "-----BEGIN"');
    return data;
  }

  /** @throws {ConnectError} Always. The message names the file and path that break the rule. */
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
