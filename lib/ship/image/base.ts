/** The image that another stands on, out of an OCI layout: a folder, or a tar archive of one. */

import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ElfFile, ShipError } from "../files/mod.ts";
import { type Blobs, type Descriptor, hexOf, type Platform } from "./blobs.ts";
import { readStream, unpackTar } from "./tar.ts";

/** An OCI layout. */
export interface BaseLayout {
  /** What the user calls it. */
  readonly name: string;
  /** The folder that holds it. */
  readonly folder: string;
  /** The contents of its `index.json`. */
  readonly manifests: readonly Descriptor[];
}

/** The settings of an image. */
export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly config?: {
    readonly Env?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly WorkingDir?: string;
  };
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly history?: readonly unknown[];
}

/** The image in a layout that is for a machine. */
export interface Base {
  readonly digest: string;
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFESTS = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Layers as they are called in the images of Docker, and in those of OCI. */
const LAYERS: Readonly<Record<string, string>> = {
  "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
  "application/vnd.docker.image.rootfs.diff.tar.gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
};

/** How many images of images are followed. */
const DEEPEST = 4;

/**
 * Opens a layout.
 *
 * @param name Its path: a folder or a tar archive.
 * @param scratch An empty folder, for the contents of an archive.
 * @throws {ShipError} If it is none.
 */
export async function openBase(name: string, scratch: string): Promise<BaseLayout> {
  const found = await stat(name).catch(() => undefined);
  if (!found) throw new ShipError(`Cannot stand on ${name} as it is not there: --base is an OCI layout or scratch`);
  const folder = found.isDirectory() ? name : scratch;
  if (!found.isDirectory()) await extract(name, scratch);
  const text = await readFile(join(folder, "index.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw notALayout(name, "it has no index.json");
  const { manifests } = parse<{ manifests?: readonly Descriptor[] }>(name, text);
  if (!Array.isArray(manifests)) throw notALayout(name, "its index.json names no manifests");
  return { name, folder, manifests };
}

async function extract(name: string, folder: string): Promise<void> {
  try {
    for await (const { header, body } of unpackTar(await readStream(name))) {
      const [, path = ""] = /^(?:\.\/)?(index\.json|oci-layout|blobs\/sha256\/[0-9a-f]{64})$/.exec(header.name) ?? [];
      if (path === "" || header.type !== "file") {
        await body.cancel();
        continue;
      }
      await mkdir(join(folder, "blobs", "sha256"), { recursive: true });
      await body.pipeTo((await Deno.open(join(folder, path), { write: true, create: true })).writable);
    }
  } catch (cause) {
    throw notALayout(name, `it is no tar archive: ${reasonOf(cause)}`, cause);
  }
}

/**
 * The image for a machine, its layers kept among the blobs.
 *
 * @throws {ShipError} If there is none, it is damaged, or lacks a library that the executable needs.
 */
export async function takeBase(layout: BaseLayout, binary: string, elf: ElfFile, blobs: Blobs): Promise<Base> {
  const { architecture } = elf;
  const base = await find(layout, layout.manifests, architecture);
  if (!base) {
    throw new ShipError(
      `Cannot stand on ${layout.name} as it has no image for linux/${architecture}, which ${binary} is for`,
    );
  }
  const missing = new Set([...elf.interpreter ? [elf.interpreter] : [], ...elf.libraries].map(fileName));
  let known = true;
  const layers: Descriptor[] = [];
  for (const layer of base.layers) {
    const { digest, size } = await blobs.add(layer.mediaType, await openBlob(layout, layer.digest));
    if (digest !== layer.digest) throw notALayout(layout.name, `${layer.digest} in it is damaged`);
    const mediaType = LAYERS[layer.mediaType] ?? layer.mediaType;
    layers.push({ mediaType, digest, size });
    known &&= await strikeOut(missing, mediaType, blobs.pathOf(digest), layout.name);
  }
  if (known && missing.size > 0) {
    throw new ShipError(
      `Cannot stand on ${layout.name} as it lacks what ${binary} needs: ${[...missing].join(", ")}. ` +
        "Deno's executables need glibc and libgcc, as in gcr.io/distroless/cc-debian12",
    );
  }
  return { ...base, layers };
}

/** Takes the files of a layer out of those that are missing; false if the layer is of a kind that cannot be looked into. */
async function strikeOut(missing: Set<string>, mediaType: string, path: string, name: string): Promise<boolean> {
  if (!/\.tar(\+gzip)?$/.test(mediaType)) return false;
  const stream = await readStream(path);
  const archive = mediaType.endsWith("+gzip") ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  try {
    for await (const { header, body } of unpackTar(archive)) {
      missing.delete(fileName(header.name));
      await body.cancel();
    }
  } catch (cause) {
    throw notALayout(name, `a layer of it is no archive: ${reasonOf(cause)}`, cause);
  }
  return true;
}

async function find(
  layout: BaseLayout,
  descriptors: readonly Descriptor[],
  architecture: string,
  depth = 0,
): Promise<Base | undefined> {
  for (const { mediaType, digest, platform } of descriptors) {
    if (platform && (platform.os !== "linux" || platform.architecture !== architecture)) continue;
    if (INDEXES.includes(mediaType) && depth < DEEPEST) {
      const { manifests = [] } = await readBlob<{ manifests?: readonly Descriptor[] }>(layout, digest);
      const found = await find(layout, manifests, architecture, depth + 1);
      if (found) return found;
    }
    if (!MANIFESTS.includes(mediaType)) continue;
    const manifest = await readBlob<Manifest>(layout, digest);
    if (!manifest.config || !Array.isArray(manifest.layers)) throw notALayout(layout.name, `${digest} is no manifest`);
    const config = await readBlob<ImageConfig & Platform>(layout, manifest.config.digest);
    if (!Array.isArray(config.rootfs?.diff_ids)) continue;
    if (config.os === "linux" && config.architecture === architecture) {
      return { digest, config, layers: manifest.layers };
    }
  }
  return undefined;
}

async function readBlob<T>(layout: BaseLayout, digest: string): Promise<T> {
  return parse<T>(layout.name, await new Response(await openBlob(layout, digest)).text());
}

function openBlob({ name, folder }: BaseLayout, digest: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  return readStream(join(folder, "blobs", "sha256", hexOf(digest))).catch((cause) => {
    throw notALayout(name, `it lacks ${digest}`, cause);
  });
}

function parse<T>(name: string, text: string): T {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw notALayout(name, "it has damaged JSON", cause);
  }
  throw notALayout(name, "it has JSON that is no object");
}

function notALayout(name: string, why: string, cause?: unknown): ShipError {
  const rule = "it must be an OCI layout, a folder or a tar archive";
  const advice = "crane pull --format=oci and skopeo copy … oci:FOLDER write one";
  return new ShipError(`Cannot stand on ${name} as ${rule} (${advice}): ${why}`, { cause });
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
