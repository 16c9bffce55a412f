/** Reads archives and images, for tests. */

import { unpackTar } from "modern-tar";

/** A file in an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly mtime: number;
  readonly bytes: Uint8Array;
}

/** An image in an archive of an OCI layout. */
export class ImageArchive {
  readonly #files: ReadonlyMap<string, ArchivedFile>;

  constructor(files: readonly ArchivedFile[]) {
    this.#files = new Map(files.map((file) => [file.name, file]));
  }

  static async read(path: string): Promise<ImageArchive> {
    return new ImageArchive(await filesIn(await Deno.readFile(path)));
  }

  /** The names of the files. */
  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  // deno-lint-ignore no-explicit-any -- JSON of an image, which the tests look into
  json(name: string): any {
    return JSON.parse(new TextDecoder().decode(this.#files.get(name)!.bytes));
  }

  // deno-lint-ignore no-explicit-any -- JSON of an image, which the tests look into
  blob(digest: string): any {
    return this.json(`blobs/sha256/${digest.slice(7)}`);
  }

  /** The files of a layer. */
  async layer(digest: string): Promise<ArchivedFile[]> {
    const { bytes } = this.#files.get(`blobs/sha256/${digest.slice(7)}`)!;
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await filesIn(await new Response(stream).bytes());
  }
}

async function filesIn(archive: Uint8Array<ArrayBuffer>): Promise<ArchivedFile[]> {
  const entries = await unpackTar(archive, { strict: true });
  return entries.map(({ header, data }) => ({
    name: header.name,
    mode: header.mode!,
    uid: header.uid!,
    mtime: header.mtime!.getTime(),
    bytes: data ?? new Uint8Array(),
  }));
}
