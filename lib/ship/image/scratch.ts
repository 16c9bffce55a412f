/** What an executable needs of a system: nothing but its libraries and a few names. */

import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path/posix";
import { type ElfFile, runProgram, ShipError } from "../files/mod.ts";
import type { TarEntry } from "./tar.ts";

const FILES: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n",
  "etc/group": "root:x:0:\nnonroot:x:65532:\n",
  // Names by the files that a pod gets, and then by its DNS.
  "etc/nsswitch.conf": "hosts: files dns\n",
};

/** The folders, and what they hold, of an image that stands on nothing. */
export async function scratchEntries(binary: string, elf: ElfFile, signal?: AbortSignal): Promise<TarEntry[]> {
  const libraries = await librariesOf(binary, elf, signal);
  const folders = new Set(["etc/", "tmp/"]);
  for (const { path } of libraries) {
    const parts = path.split("/").slice(0, -1);
    for (const index of parts.keys()) folders.add(`${parts.slice(0, index + 1).join("/")}/`);
  }
  const encoder = new TextEncoder();
  const entries = [
    ...[...folders].map((path) => ({ path, mode: path === "tmp/" ? 0o1777 : 0o755 })),
    ...Object.entries(FILES).map(([path, text]) => ({ path, mode: 0o644, content: encoder.encode(text) })),
    ...libraries,
  ];
  return entries.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The dynamic loader and the libraries that it finds, from this machine. */
async function librariesOf(binary: string, elf: ElfFile, signal: AbortSignal | undefined): Promise<TarEntry[]> {
  const { interpreter, architecture } = elf;
  if (interpreter === undefined) return [];
  const here = Deno.build.os === "linux" && (Deno.build.arch === "x86_64" ? "amd64" : "arm64") === architecture;
  if (!here) {
    throw new ShipError(
      `Cannot make an image of ${binary} from scratch as its libraries, for ${architecture}, are not on this machine: ` +
        "name an image to stand on in --base",
    );
  }
  await refuseOld(interpreter, signal);
  const found = await listLibraries(binary, interpreter, signal);
  const libc = found.find(({ name }) => name.startsWith("libc."));
  // Where the loader looks without being told.
  const folder = libc ? dirname(libc.path) : dirname(interpreter);
  return await Promise.all([
    entryOf(interpreter.slice(1), interpreter),
    ...found.filter(({ name }) => name !== basename(interpreter)).map(({ name, path }) =>
      entryOf(`${folder.slice(1)}/${name}`, path)
    ),
  ]);
}

/** From glibc 2.34 on, it finds hosts by itself; before, by libraries that no executable names. */
async function refuseOld(loader: string, signal: AbortSignal | undefined): Promise<void> {
  if (!basename(loader).startsWith("ld-linux")) return;
  const { stdout } = await runProgram(loader, ["--version"], { cwd: "/", signal });
  const [, minor = "0"] = /version 2\.(\d+)/.exec(stdout) ?? [];
  if (Number(minor) >= 34) return;
  throw new ShipError(
    "Cannot make an image from scratch as this machine's glibc is older than 2.34, which finds no hosts by itself: " +
      "name an image to stand on in --base",
  );
}

async function entryOf(path: string, file: string): Promise<TarEntry> {
  return { path, mode: 0o755, content: { file, size: (await stat(file)).size } };
}

/** As the dynamic loader itself finds them: lines such as `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f…)`. */
async function listLibraries(binary: string, loader: string, signal: AbortSignal | undefined) {
  const { success, stdout, stderr } = await runProgram(loader, ["--list", resolve(binary)], { cwd: "/", signal });
  if (!success) throw new ShipError(`Cannot tell which libraries ${binary} needs: ${stderr.trim()}`);
  const missing = /^\s*(\S+) => not found/m.exec(stdout);
  if (missing) throw new ShipError(`Cannot make an image of ${binary} as ${missing[1]} is not on this machine`);
  return [...stdout.matchAll(/^\s*(\S+) => (\/.*?) \(0x[0-9a-f]+\)$/gm)].map(([, name = "", path = ""]) => ({
    name: basename(name),
    path,
  }));
}
