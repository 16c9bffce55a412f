/** What is asked of an executable for Linux: its machine, its dynamic loader, the libraries that it names. */

import { type FileHandle, open } from "node:fs/promises";
import { ShipError } from "./errors.ts";

/** An executable or shared library for Linux, as far as its place in an image depends on it. */
export interface ElfFile {
  /** Its machine, as images name it. */
  readonly architecture: "amd64" | "arm64";
  /** The path of its dynamic loader; `undefined` if it is linked statically. */
  readonly interpreter: string | undefined;
  /** The shared libraries that it names itself, such as `libc.so.6`. */
  readonly libraries: readonly string[];
}

const MACHINES: Readonly<Record<number, ElfFile["architecture"]>> = { 62: "amd64", 183: "arm64" };

/** Numbers of the ELF format. */
const [PT_LOAD, PT_DYNAMIC, PT_INTERP] = [1, 2, 3];
const [DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ] = [0, 1, 5, 10];

/** The longest table that is read, in bytes. */
const MOST = 1 << 20;

/** The largest executable that is read, in bytes. */
const LARGEST = 2 ** 40;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads the head of an executable.
 *
 * @throws {ShipError} If it is none for Linux, or for a machine that is not known.
 */
export async function readElf(path: string): Promise<ElfFile> {
  const file = await open(path).catch((cause) => {
    throw new ShipError(`Cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    return await readFrom(file, path);
  } catch (cause) {
    // A number of the file leads out of it.
    if (cause instanceof RangeError) throw new ShipError(`Cannot read ${path} as it is damaged`, { cause });
    throw cause;
  } finally {
    await file.close();
  }
}

async function readFrom(file: FileHandle, path: string): Promise<ElfFile> {
  if (!(await file.stat()).isFile()) throw new ShipError(`Cannot read ${path} as it is not a file`);
  const head = await read(file, 0, 64);
  const wrong = wrongHead(head);
  if (wrong) {
    throw new ShipError(`Cannot put ${path} into an image as it must be an executable for Linux: it is ${wrong}`);
  }
  const architecture = MACHINES[head.getUint16(18, true)]!;
  const segments = await segmentsOf(file, head);
  const [interp] = segments.filter(({ type }) => type === PT_INTERP);
  return {
    architecture,
    interpreter: interp && textAt(await read(file, interp.offset, interp.size), 0),
    libraries: await neededOf(file, segments),
  };
}

/** What a file is instead of an executable that is known; `undefined` if it is one. */
function wrongHead(head: DataView): string | undefined {
  if (head.byteLength >= 2 && head.getUint16(0) === 0x2321) return "a script";
  if (head.byteLength >= 2 && head.getUint16(0) === 0x4d5a) return "an executable for Windows";
  if (head.byteLength >= 4 && head.getUint32(0) === 0xcffaedfe) return "an executable for macOS";
  if (head.byteLength < 64 || head.getUint32(0) !== 0x7f454c46) return "something else";
  const machine = head.getUint16(18, true);
  const is64Bit = head.getUint8(4) === 2 && head.getUint8(5) === 1;
  if (!is64Bit || !(machine in MACHINES)) return `for a machine other than amd64 and arm64 (ELF number ${machine})`;
  return undefined;
}

async function segmentsOf(file: FileHandle, head: DataView): Promise<Segment[]> {
  const [size, count] = [head.getUint16(54, true), head.getUint16(56, true)];
  const table = await read(file, number(head, 32), size * count);
  return Array.from({ length: count }, (_, index) => ({
    type: table.getUint32(index * size, true),
    offset: number(table, index * size + 8),
    address: number(table, index * size + 16),
    size: number(table, index * size + 32),
  }));
}

async function neededOf(file: FileHandle, segments: readonly Segment[]): Promise<string[]> {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return [];
  const table = await read(file, dynamic.offset, dynamic.size);
  const entries: [tag: number, value: number][] = [];
  for (let at = 0; at + 16 <= table.byteLength && number(table, at) !== DT_NULL; at += 16) {
    entries.push([number(table, at), number(table, at + 8)]);
  }
  const valueOf = (wanted: number) => entries.find(([tag]) => tag === wanted)?.[1];
  const [address, length] = [valueOf(DT_STRTAB), valueOf(DT_STRSZ)];
  if (address === undefined || length === undefined) return [];
  const segment = segments.find((each) =>
    each.type === PT_LOAD && address >= each.address && address < each.address + each.size
  );
  if (!segment) throw new RangeError("The table of strings is in no segment");
  const strings = await read(file, address - segment.address + segment.offset, length);
  return entries.filter(([tag]) => tag === DT_NEEDED).map(([, at]) => textAt(strings, at));
}

/** @throws {RangeError} If there is less, unless it is asked from the start on. */
async function read(file: FileHandle, offset: number, length: number): Promise<DataView> {
  if (length > MOST || offset > LARGEST) throw new RangeError("A table is too long, or lies too far");
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
  if (bytesRead < length && offset > 0) throw new RangeError("The file is too short");
  return new DataView(buffer.buffer, 0, bytesRead);
}

function number(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError("A number is too large");
  return Number(value);
}

function textAt(view: DataView, at: number): string {
  let end = at;
  while (view.getUint8(end) !== 0) end++;
  return new TextDecoder().decode(new Uint8Array(view.buffer, at, end - at));
}
