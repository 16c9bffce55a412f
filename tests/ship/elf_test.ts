/** What is read in an executable, and what is refused. */

import { assertEquals, assertRejects } from "@std/assert";
import { readElf, ShipError } from "../../lib/ship/files/mod.ts";
import { temporaryFolder } from "../packaging/programs.ts";
import { elfBytes } from "./elf_files.ts";

async function read(bytes: Uint8Array) {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/file`, bytes);
  return await readElf(`${folder.path}/file`);
}

Deno.test("an executable's machine, loader and libraries are read", async () => {
  const libraries = ["libc.so.6", "libgcc_s.so.1"];
  assertEquals(await read(elfBytes({ interpreter: "/lib64/ld-linux-x86-64.so.2", libraries })), {
    architecture: "amd64",
    interpreter: "/lib64/ld-linux-x86-64.so.2",
    libraries,
  });
  assertEquals((await read(elfBytes({ machine: 183, interpreter: "/lib/ld.so" }))).architecture, "arm64");
});

Deno.test("an executable that is linked statically has no loader and no libraries", async () => {
  assertEquals(await read(elfBytes()), { architecture: "amd64", interpreter: undefined, libraries: [] });
});

const text = (of: string) => new TextEncoder().encode(of);

for (
  const [what, bytes, said] of [
    ["a script", text("#!/bin/sh\n"), "it is a script"],
    ["an executable for Windows", text("MZ and more"), "it is an executable for Windows"],
    ["an executable for macOS", new Uint8Array([0xcf, 0xfa, 0xed, 0xfe, ...new Uint8Array(80)]), "for macOS"],
    ["an empty file", new Uint8Array(), "it is something else"],
    ["a head that is cut off", elfBytes().slice(0, 40), "it is something else"],
    ["a file for another machine", elfBytes({ machine: 243 }), "other than amd64 and arm64 (ELF number 243)"],
  ] as const
) {
  Deno.test(`${what} is refused by what it is`, async () => {
    await assertRejects(() => read(bytes), ShipError, said);
  });
}

Deno.test("whatever is cut off or changed, an executable is read or refused, and nothing else is thrown", async () => {
  const whole = elfBytes({ interpreter: "/lib64/ld.so", libraries: ["libc.so.6"] });
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  for (let at = 0; at < 64 + 3 * 56; at++) {
    const changed = whole.slice();
    changed[at] = 0xff;
    for (const bytes of [changed, whole.slice(0, at * 17)]) {
      await Deno.writeFile(path, bytes);
      await readElf(path).catch((error) => {
        if (!(error instanceof ShipError)) throw error;
      });
    }
  }
});
