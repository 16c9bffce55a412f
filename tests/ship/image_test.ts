/** Images: what is in them, on which they stand, and that the same gives the same. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { buildImage, type BuildImageOptions, ShipError } from "../../lib/ship/mod.ts";
import { run, temporaryFolder } from "../packaging/programs.ts";
import { ImageArchive } from "./archives.ts";
import { elfBytes, type ElfOptions } from "./elf_files.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";

/** A folder in which images are made of executables that are never run. */
class Workshop implements AsyncDisposable {
  static async open() {
    return new Workshop(await temporaryFolder());
  }

  constructor(readonly folder: Awaited<ReturnType<typeof temporaryFolder>>) {}

  path(name: string): string {
    return `${this.folder.path}/${name}`;
  }

  async binary(name: string, options?: ElfOptions): Promise<string> {
    await Deno.writeFile(this.path(name), elfBytes(options), { mode: 0o755 });
    return this.path(name);
  }

  async image(name: string, options: Omit<BuildImageOptions, "output">) {
    const { digest } = await buildImage({ ...options, output: this.path(name) });
    return { digest, path: this.path(name), archive: await ImageArchive.read(this.path(name)) };
  }

  /** An image for both machines that has a loader and libraries, by name alone. */
  async base(name = "base.tar", content = "ld-linux-x86-64.so.2") {
    const layer = await this.binary(content);
    const other = await this.binary("other", { machine: 183 });
    const { path, archive } = await this.image(name, { binaries: [layer, other], env: { PATH: "/bin", A: "base" } });
    return { path, archive };
  }

  async [Symbol.asyncDispose]() {
    await this.folder[Symbol.asyncDispose]();
  }
}

Deno.test("an image runs the executable as nobody, and holds it and what every system has", async () => {
  await using workshop = await Workshop.open();
  const binary = await workshop.binary("simple");
  const { archive, digest } = await workshop.image("image.tar", {
    binaries: [binary],
    name: "registry.example/simple:1.2.0",
    labels: { "org.opencontainers.image.source": "https://source.example" },
    env: { DEBUG: "a=b" },
  });

  assertEquals(archive.json("oci-layout"), { imageLayoutVersion: "1.0.0" });
  const [image, ...others] = archive.json("index.json").manifests;
  assertEquals(others, []);
  assertEquals(image.digest, digest);
  assertEquals(image.annotations, {
    "io.containerd.image.name": "registry.example/simple:1.2.0",
    "org.opencontainers.image.ref.name": "1.2.0",
  });
  const manifest = archive.blob(digest);
  assertEquals(archive.blob(manifest.config.digest).config, {
    User: "65532:65532",
    Env: ["DEBUG=a=b"],
    Entrypoint: ["/operator"],
    WorkingDir: "/",
    Labels: { "org.opencontainers.image.source": "https://source.example" },
  });
  const [system, program] = await Promise.all(
    manifest.layers.map((layer: { digest: string }) => archive.layer(layer.digest)),
  );
  assertEquals(system.map(({ name, mode, uid }: { name: string; mode: number; uid: number }) => [name, mode, uid]), [
    ["etc/", 0o755, 0],
    ["etc/group", 0o644, 0],
    ["etc/nsswitch.conf", 0o644, 0],
    ["etc/passwd", 0o644, 0],
    ["tmp/", 0o1777, 0],
  ]);
  assertEquals(
    program.map(({ name, mode, mtime }: { name: string; mode: number; mtime: number }) => [name, mode, mtime]),
    [
      ["operator", 0o555, 0],
    ],
  );
  assertEquals(program[0].bytes, await Deno.readFile(binary));
});

Deno.test({
  name: "from scratch, an image holds the libraries that the dynamic loader finds here, and no others",
  // Other systems have another loader.
  ignore: Deno.build.target !== "x86_64-unknown-linux-gnu",
  fn: async () => {
    await using workshop = await Workshop.open();
    const { archive, digest } = await workshop.image("image.tar", { binaries: [Deno.execPath()] });
    const files = await archive.layer(archive.blob(digest).layers[0].digest);
    const names = files.map(({ name }) => `/${name}`);
    const { stdout } = await run(LOADER, ["--list", Deno.execPath()]);
    const wanted = [...stdout.matchAll(/(\S+) \(0x/g)].map(([, path]) => path!).filter((path) => path.startsWith("/"));
    assert(wanted.some((path) => path.endsWith("/libc.so.6")));
    assertEquals(names.filter((name) => /\.so/.test(name)).sort(), wanted.sort());
  },
});

Deno.test("the same executable gives the same bytes", async () => {
  await using workshop = await Workshop.open();
  const binary = await workshop.binary("simple");
  await workshop.image("one.tar", { binaries: [binary], name: "one:1" });
  await Deno.utime(binary, 1000, 1000);
  await workshop.image("other.tar", { binaries: [binary], name: "one:1" });
  assertEquals(await Deno.readFile(workshop.path("one.tar")), await Deno.readFile(workshop.path("other.tar")));
});

Deno.test("the time of an image is the one that is given", async () => {
  await using workshop = await Workshop.open();
  const created = new Date("2026-01-02T03:04:05Z");
  const { archive, digest } = await workshop.image("image.tar", {
    binaries: [await workshop.binary("simple")],
    created,
  });
  const { config, layers } = archive.blob(digest);
  assertEquals(archive.blob(config.digest).created, "2026-01-02T03:04:05Z");
  assertEquals((await archive.layer(layers[1].digest))[0]!.mtime, created.getTime());
});

Deno.test("on a base, an image has the base's layers first, and its environment", async () => {
  await using workshop = await Workshop.open();
  const base = await workshop.base();
  const [baseImage] = base.archive.blob(base.archive.json("index.json").manifests[0].digest).manifests;
  const binaries = [await workshop.binary("simple")];
  const { archive, digest } = await workshop.image("image.tar", { binaries, base: base.path, env: { A: "own" } });

  const [before, after] = [base.archive.blob(baseImage.digest), archive.blob(digest)];
  assertEquals(after.layers.slice(0, -1), before.layers);
  const [beforeConfig, config] = [base.archive.blob(before.config.digest), archive.blob(after.config.digest)];
  assertEquals(config.rootfs.diff_ids.slice(0, -1), beforeConfig.rootfs.diff_ids);
  assertEquals([config.config.Env, config.config.User], [["PATH=/bin", "A=own"], "65532:65532"]);
  assertEquals(after.annotations["org.opencontainers.image.base.digest"], baseImage.digest);
});

Deno.test("a base may be a folder, too, and the same image comes of it", async () => {
  await using workshop = await Workshop.open();
  const { path, archive } = await workshop.base();
  const binaries = [await workshop.binary("simple")];
  const { code, stderr } = await run("sh", ["-c", 'mkdir "$1" && tar xf "$0" -C "$1"', path, workshop.path("layout")]);
  assertEquals(code, 0, stderr);
  assert(archive.names.length > 0);
  const [one, other] = [
    await workshop.image("one.tar", { binaries, base: path }),
    await workshop.image("other.tar", { binaries, base: workshop.path("layout") }),
  ];
  assertEquals(one.digest, other.digest);
});

Deno.test("an image for two machines is an index of two, each on the base's image for its machine", async () => {
  await using workshop = await Workshop.open();
  const base = await workshop.base();
  const binaries = [await workshop.binary("amd"), await workshop.binary("arm", { machine: 183 })];
  const { archive, digest } = await workshop.image("image.tar", { binaries, base: base.path });
  const { manifests } = archive.blob(digest);
  assertEquals(manifests.map(({ platform }: { platform: unknown }) => platform), [
    { architecture: "amd64", os: "linux" },
    { architecture: "arm64", os: "linux" },
  ]);
  const bases = base.archive.blob(base.archive.json("index.json").manifests[0].digest).manifests;
  for (const [index, { digest }] of manifests.entries()) {
    const { annotations, config } = archive.blob(digest);
    assertEquals(annotations["org.opencontainers.image.base.digest"], bases[index].digest);
    assertEquals(archive.blob(config.digest).architecture, ["amd64", "arm64"][index]);
  }
});

Deno.test("a base that lacks a library of the executable is refused by its name", async () => {
  await using workshop = await Workshop.open();
  const { path: base } = await workshop.base("base.tar", "operator");
  const needing = await workshop.binary("needing", { interpreter: LOADER, libraries: ["libc.so.6"] });
  const error = await assertRejects(() => workshop.image("image.tar", { binaries: [needing], base }), ShipError);
  assertStringIncludes(error.message, "lacks what");
  assertStringIncludes(error.message, "ld-linux-x86-64.so.2, libc.so.6");
});

Deno.test("two executables for one machine are refused", async () => {
  await using workshop = await Workshop.open();
  const binaries = [await workshop.binary("one"), await workshop.binary("two")];
  await assertRejects(() => workshop.image("image.tar", { binaries }), ShipError, "are both for amd64");
});

Deno.test("libraries for another machine are not on this one, and the error says so", async () => {
  await using workshop = await Workshop.open();
  const machine = Deno.build.arch === "aarch64" ? 62 : 183;
  const binaries = [await workshop.binary("foreign", { machine, interpreter: "/lib/ld.so" })];
  await assertRejects(
    () => workshop.image("image.tar", { binaries }),
    ShipError,
    "name an image to stand on in --base",
  );
});

for (
  const [what, damage, said] of [
    ["is no archive", () => "no tar", "it is no tar archive"],
    ["has been cut off", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2), "truncated"],
    ["is empty", () => "", "truncated"],
  ] as const
) {
  Deno.test(`a base that ${what} is refused, and nothing is written`, async () => {
    await using workshop = await Workshop.open();
    const { path: base } = await workshop.base();
    const damaged = damage(await Deno.readFile(base));
    if (typeof damaged === "string") await Deno.writeTextFile(base, damaged);
    else await Deno.writeFile(base, damaged);
    const binaries = [await workshop.binary("simple")];
    await assertRejects(() => workshop.image("image.tar", { binaries, base }), ShipError, said);
    const left = [...Deno.readDirSync(workshop.folder.path)].map(({ name }) => name).sort();
    assertEquals(left, ["base.tar", "ld-linux-x86-64.so.2", "other", "simple"]);
  });
}

Deno.test("a content of the base that is not what its digest says is refused", async () => {
  await using workshop = await Workshop.open();
  const { path, archive } = await workshop.base();
  await run("sh", ["-c", 'mkdir "$1" && tar xf "$0" -C "$1"', path, workshop.path("layout")]);
  const [image] = archive.blob(archive.json("index.json").manifests[0].digest).manifests;
  const [layer] = archive.blob(image.digest).layers;
  await Deno.writeTextFile(workshop.path(`layout/blobs/sha256/${layer.digest.slice(7)}`), "changed");
  const binaries = [await workshop.binary("simple")];
  await assertRejects(
    () => workshop.image("image.tar", { binaries, base: workshop.path("layout") }),
    ShipError,
    "is damaged",
  );
});
