/** An image out of an executable, as an OCI layout in a tar archive. */

import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ElfFile, makeFile, readElf, ShipError } from "../files/mod.ts";
import { type Base, type BaseLayout, openBase, takeBase } from "./base.ts";
import { Blobs, type Descriptor, type Platform } from "./blobs.ts";
import { type Layer, makeLayer } from "./layer.ts";
import { scratchEntries } from "./scratch.ts";
import { packTar, type TarEntry } from "./tar.ts";

/** Options of {@link buildImage}. */
export interface BuildImageOptions {
  /** The paths of the executables, for Linux: one, or one for each machine that the image is for. */
  binaries: readonly string[];
  /** Where to put the archive. */
  output: string;
  /**
   * The image that it stands on: an OCI layout, as a folder or a tar archive. Or `"scratch"`: nothing but the libraries that
   * the executable needs, from this machine.
   * @default {"scratch"}
   */
  base?: string;
  /**
   * What the image is called, such as `registry.example/operator:1.2.0`.
   * @default {it has no name}
   */
  name?: string;
  /**
   * Labels, such as `org.opencontainers.image.source`.
   * @default {those of the base}
   */
  labels?: Readonly<Record<string, string>>;
  /**
   * Environment variables.
   * @default {those of the base}
   */
  env?: Readonly<Record<string, string>>;
  /**
   * The time that it shows.
   * @default {1970, so that the same executable gives the same bytes}
   */
  created?: Date;
  /** Ends the work. Nothing is left behind. */
  signal?: AbortSignal;
}

/** What {@link buildImage} has made. */
export interface BuiltImage {
  /** The archive's path. */
  readonly path: string;
  /** Its size, in bytes. */
  readonly bytes: number;
  /** The digest of the image, which a registry names it by too. */
  readonly digest: string;
}

/** Where the executable is in the image. */
const PLACE = "operator";

/** Nobody in particular: the user that distroless images call nonroot. */
const USER = "65532:65532";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";

/** What an image's name may be: a host, a path, a tag. */
const NAME = /^[a-z0-9]+([._:/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/;

/** What is built, complete. */
interface Build {
  readonly base: BaseLayout | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly created: Date;
  readonly blobs: Blobs;
  readonly signal: AbortSignal | undefined;
}

/** An executable, and what its head says. */
interface Binary {
  readonly path: string;
  readonly size: number;
  readonly elf: ElfFile;
}

/**
 * Makes an image of an executable: it runs as user 65532, and neither writes nor needs a shell. The archive is what
 * `skopeo copy oci-archive:…` and `crane push` take; no container engine takes part.
 *
 * It reads and writes files as streams, and takes permissions for these; from scratch also that to run the dynamic loader.
 *
 * @example Usage
 * ```ts no-assert
 * import { buildImage } from "@staircase/operator/ship";
 *
 * async function build() {
 *   const { digest } = await buildImage({ binaries: ["dist/operator"], output: "dist/operator.tar" });
 *   return digest;
 * }
 * ```
 *
 * @throws {ShipError} If it cannot be made. Nothing is written then.
 */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const { output, base = "scratch", name, labels = {}, env = {}, created = new Date(0), signal } = options;
  if (output === "" || output.endsWith("/")) {
    throw new ShipError(`Cannot make an image as its path must be that of a file: current value is "${output}"`);
  }
  if (name !== undefined && !NAME.test(name)) {
    throw new ShipError(
      `Cannot make an image as its name must be like registry.example/operator:1.2.0: current value is ${name}`,
    );
  }
  const binaries = await readBinaries(options.binaries);
  let digest = "";
  await makeFile(output, async (at) => {
    const beside = dirname(at);
    const blobs = new Blobs(join(beside, "blobs"));
    const scratch = join(beside, "base");
    await mkdir(scratch);
    const layout = base === "scratch" ? undefined : await openBase(base, scratch);
    const build = { base: layout, labels, env, created, blobs, signal };
    const image = await addImage(binaries, build);
    digest = image.digest;
    const entries = layoutEntries(blobs, { ...image, ...(name && { annotations: namesOf(name) }) });
    await packTar(entries, created).pipeTo((await Deno.open(at, { write: true, create: true })).writable, {
      ...(signal && { signal }),
    });
  });
  return { path: output, bytes: (await stat(output)).size, digest };
}

async function readBinaries(paths: readonly string[]): Promise<Binary[]> {
  if (paths.length === 0) throw new ShipError("Cannot make an image as there is no executable");
  const binaries = await Promise.all(paths.map(async (path) => {
    const elf = await readElf(path);
    return { path, elf, size: (await stat(path)).size };
  }));
  for (const [index, { path, elf }] of binaries.entries()) {
    const other = binaries.slice(0, index).find((before) => before.elf.architecture === elf.architecture);
    if (other) {
      throw new ShipError(
        `Cannot make an image as it takes one executable for each machine: ${other.path} and ${path} are both for ` +
          elf.architecture,
      );
    }
  }
  return binaries;
}

/** One image, or an index of those for several machines. */
async function addImage(binaries: readonly Binary[], build: Build): Promise<Descriptor> {
  const images: Descriptor[] = [];
  for (const binary of binaries) images.push(await addForMachine(binary, build));
  if (images.length === 1) return images[0]!;
  return await build.blobs.addJson(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests: images });
}

async function addForMachine(binary: Binary, build: Build): Promise<Descriptor> {
  const { blobs, labels, created } = build;
  build.signal?.throwIfAborted();
  const base = build.base && await takeBase(build.base, binary.path, binary.elf, blobs);
  const layers = await addLayers(binary, base, build);
  const platform: Platform = {
    architecture: binary.elf.architecture,
    os: "linux",
    ...(base?.config.variant && { variant: base.config.variant }),
  };
  const config = await blobs.addJson(CONFIG, {
    created: timeOf(created),
    ...platform,
    config: settingsOf(base, build),
    rootfs: {
      type: "layers",
      diff_ids: [...base?.config.rootfs.diff_ids ?? [], ...layers.map(({ diffId }) => diffId)],
    },
    history: [
      ...base?.config.history ?? [],
      ...layers.map(() => ({ created: timeOf(created), created_by: "@staircase/operator/ship image" })),
    ],
  });
  const annotations = {
    ...labels,
    ...(base && { "org.opencontainers.image.base.digest": base.digest }),
  };
  const manifest = await blobs.addJson(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config,
    layers: [...base?.layers ?? [], ...layers.map(({ descriptor }) => descriptor)],
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  return { ...manifest, platform };
}

/** The layer of the system changes seldom, and so has a place of its own. */
async function addLayers({ path, size, elf }: Binary, base: Base | undefined, build: Build): Promise<Layer[]> {
  const executable: TarEntry = { path: PLACE, mode: 0o555, content: { file: path, size } };
  const layers: Layer[] = [];
  if (!base) layers.push(await makeLayer(build.blobs, await scratchEntries(path, elf, build.signal), build.created));
  build.signal?.throwIfAborted();
  return [...layers, await makeLayer(build.blobs, [executable], build.created)];
}

function settingsOf(base: Base | undefined, { labels, env }: Build) {
  const before = base?.config.config;
  const set = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const kept = (before?.Env ?? []).filter((text) => !Object.hasOwn(env, text.slice(0, text.indexOf("="))));
  const allLabels = { ...before?.Labels, ...labels };
  return {
    User: USER,
    ...(kept.length + set.length > 0 && { Env: [...kept, ...set] }),
    Entrypoint: [`/${PLACE}`],
    WorkingDir: before?.WorkingDir || "/",
    ...(Object.keys(allLabels).length > 0 && { Labels: allLabels }),
  };
}

/** How tools find the image by its name: the tag as OCI has it, and the whole as containerd and Docker read it. */
function namesOf(name: string): Record<string, string> {
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return {
    "io.containerd.image.name": tag ? name : `${name}:latest`,
    "org.opencontainers.image.ref.name": tag ?? "latest",
  };
}

function layoutEntries(blobs: Blobs, image: Descriptor): TarEntry[] {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return [
    { path: "oci-layout", mode: 0o644, content: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", mode: 0o644, content: json({ schemaVersion: 2, mediaType: INDEX, manifests: [image] }) },
    { path: "blobs/", mode: 0o755 },
    { path: "blobs/sha256/", mode: 0o755 },
    ...blobs.list().map(({ digest, size }) => {
      const file = blobs.pathOf(digest);
      return { path: `blobs/sha256/${digest.slice(7)}`, mode: 0o644, content: { file, size } };
    }),
  ];
}

/** In seconds, as images have it. */
function timeOf(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
