/** Tar archives as streams: what is in them is never in memory as a whole. */

import { createTarDecoder, createTarPacker, type TarHeader } from "modern-tar";
import { ShipError } from "../files/mod.ts";

/** A file, folder or link in an archive. */
export interface TarEntry {
  /** Its path in there; that of a folder ends with a slash. */
  readonly path: string;
  readonly mode: number;
  /** What is in it: bytes, or the path of a file on this machine, of which the size is given. Folders have none. */
  readonly content?: Uint8Array<ArrayBuffer> | { readonly file: string; readonly size: number };
}

/** Packs an archive. All of it belongs to root, and is of one time. */
export function packTar(entries: readonly TarEntry[], mtime: Date): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker();
  const pack = async () => {
    for (const { path, mode, content } of entries) {
      const type = path.endsWith("/") ? "directory" : "file";
      const size = content === undefined ? 0 : "file" in content ? content.size : content.length;
      const body = controller.add({ name: path, mode, type, size, mtime, uid: 0, gid: 0, uname: "", gname: "" });
      await streamOf(content).pipeTo(body);
    }
    controller.finalize();
  };
  pack().catch((error) => controller.error(error));
  return readable;
}

/** The files of an archive, one after the other; each must be read or cancelled before the next. */
export async function* unpackTar(
  archive: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ header: TarHeader; body: ReadableStream<Uint8Array<ArrayBuffer>> }> {
  for await (const { header, body } of archive.pipeThrough(createTarDecoder({ strict: true }))) {
    yield { header, body: body as ReadableStream<Uint8Array<ArrayBuffer>> };
  }
}

/** A file on this machine as a stream. */
export async function readStream(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const file = await Deno.open(path).catch((cause) => {
    throw new ShipError(`Cannot read ${path}: ${cause.message}`, { cause });
  });
  return file.readable;
}

function streamOf(content: TarEntry["content"]): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (content === undefined) return ReadableStream.from([]);
  if (!("file" in content)) return ReadableStream.from([content]);
  const opened = readStream(content.file);
  return ReadableStream.from(async function* () {
    yield* await opened;
  }());
}
