/** A layer of an image: files in a compressed archive. */

import type { Blobs, Descriptor } from "./blobs.ts";
import { hashing } from "./blobs.ts";
import { packTar, type TarEntry } from "./tar.ts";

/** A layer, and the digest that it has when it is not compressed. */
export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

/** Packs files into a layer. The same files give the same bytes, with the same Deno: its zlib compresses. */
export async function makeLayer(blobs: Blobs, entries: readonly TarEntry[], time: Date): Promise<Layer> {
  const unpacked = hashing();
  const stream = packTar(entries, time).pipeThrough(unpacked).pipeThrough(new CompressionStream("gzip"));
  const descriptor = await blobs.add("application/vnd.oci.image.layer.v1.tar+gzip", stream);
  return { descriptor, diffId: unpacked.digest() };
}
