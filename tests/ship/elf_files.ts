/** Executables for tests: small, made byte by byte, and never run. */

/** Options of {@link elfBytes}. */
export interface ElfOptions {
  /** The number of its machine: 62 is amd64, 183 is arm64. */
  readonly machine?: number;
  readonly interpreter?: string;
  readonly libraries?: readonly string[];
}

const [PT_LOAD, PT_DYNAMIC, PT_INTERP] = [1, 2, 3];
const [DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ] = [0, 1, 5, 10];

/** Where the file lies in memory. */
const BASE = 0x400000;

/** An executable: its head, three segments, its strings and its dynamic table. */
export function elfBytes({ machine = 62, interpreter, libraries = [] }: ElfOptions = {}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  const [stringsAt, dynamicAt, interpreterAt] = [1024, 2048, 3072];
  const segments = [{ type: PT_LOAD, offset: 0, size: 4096 }];
  const put = (text: string, at: number) => bytes.set(new TextEncoder().encode(`${text}\0`), at);

  const entries: [number, number][] = [];
  let length = 1;
  for (const library of libraries) {
    entries.push([DT_NEEDED, length]);
    put(library, stringsAt + length);
    length += library.length + 1;
  }
  entries.push([DT_STRTAB, BASE + stringsAt], [DT_STRSZ, length], [DT_NULL, 0]);
  if (interpreter !== undefined) {
    put(interpreter, interpreterAt);
    segments.push({ type: PT_INTERP, offset: interpreterAt, size: interpreter.length + 1 });
    segments.push({ type: PT_DYNAMIC, offset: dynamicAt, size: entries.length * 16 });
  }
  for (const [index, [tag, value]] of entries.entries()) {
    view.setBigUint64(dynamicAt + index * 16, BigInt(tag), true);
    view.setBigUint64(dynamicAt + index * 16 + 8, BigInt(value), true);
  }
  view.setUint16(56, segments.length, true);
  for (const [index, { type, offset, size }] of segments.entries()) {
    const at = 64 + index * 56;
    view.setUint32(at, type, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(BASE + offset), true);
    view.setBigUint64(at + 32, BigInt(size), true);
  }
  return bytes;
}
