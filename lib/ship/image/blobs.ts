/** The contents of an image, each named by the hash of its bytes. */

import { createHash } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ShipError } from "../files/mod.ts";

/** Which content is meant, and of what type it is. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The machine that an image is for. */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

/** A stream that tells the hash and the length of what has passed through it. */
export function hashing(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> & Hashed {
  const hash = createHash("sha256");
  let size = 0;
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      hash.update(chunk);
      size += chunk.length;
      controller.enqueue(chunk);
    },
  });
  return { readable, writable, size: () => size, digest: () => `sha256:${hash.digest("hex")}` };
}

/** What has passed through a stream. It can be asked once, when that has ended. */
export interface Hashed {
  digest(): string;
  size(): number;
}

/** Contents in a folder, as an OCI layout has them in `blobs/sha256`. */
export class Blobs {
  readonly #folder: string;
  readonly #sizes = new Map<string, number>();

  /** @param folder An empty folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a content. */
  async add(mediaType: string, content: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Descriptor> {
    await mkdir(this.#folder, { recursive: true });
    const partial = join(this.#folder, "partial");
    const hashed = hashing();
    const file = await Deno.open(partial, { write: true, create: true, truncate: true });
    await content.pipeThrough(hashed).pipeTo(file.writable);
    const [digest, size] = [hashed.digest(), hashed.size()];
    await rename(partial, this.pathOf(digest));
    this.#sizes.set(digest, size);
    return { mediaType, digest, size };
  }

  /** Keeps a value as JSON. */
  addJson(mediaType: string, value: unknown): Promise<Descriptor> {
    return this.add(mediaType, ReadableStream.from([new TextEncoder().encode(JSON.stringify(value))]));
  }

  /** Where the content with this digest is kept. */
  pathOf(digest: string): string {
    return join(this.#folder, hexOf(digest));
  }

  /** All contents, in the order of their digests. */
  list(): readonly { digest: string; size: number }[] {
    return [...this.#sizes].sort(([a], [b]) => a < b ? -1 : 1).map(([digest, size]) => ({ digest, size }));
  }
}

/** The digits of a digest; nothing else may become part of a path. */
export function hexOf(digest: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex) return hex;
  throw new ShipError(`Cannot use a content as its digest must be one of sha256: current value is ${digest}`);
}
