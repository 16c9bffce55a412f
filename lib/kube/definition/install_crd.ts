/** Installs a kind: creates or updates its CRD, and waits until it is served. */

import { apiVersionOf, kindOf, type ResourceKind } from "../../model/mod.ts";
import {
  type Clock,
  type Duration,
  formatDuration,
  portion,
  type Random,
  sleep,
  systemClock,
  systemRandom,
  toMilliseconds,
} from "../../time/mod.ts";
import { type ClusterClient, type KubeRequest, send, type Transport } from "../request/mod.ts";
import {
  checkUpdatable,
  describeConditions,
  digestOf,
  isAsAnswered,
  isEstablished,
  isUpToDate,
  type LiveCrd,
  mergeCrd,
  noteAnswer,
} from "./crd_difference.ts";
import type { CrdManifest } from "./crd_manifest.ts";
import { crdProblem } from "./crd_shape.ts";
import {
  ConnectionError,
  isAlreadyExists,
  isConflict,
  isNotFound,
  isServerError,
  UnexpectedAnswerError,
} from "../answer/mod.ts";

/** Options of {@link installCrd}. */
export interface InstallCrdOptions {
  /**
   * How long to wait until the API server serves the kind.
   * @default {"30s"}
   */
  timeout?: Duration;
  /** Ends the installation. */
  signal?: AbortSignal;
  /**
   * The field manager for the writes.
   * @default {"staircase"}
   */
  fieldManager?: string;
  /**
   * Measures the time.
   * @default {this machine's clock}
   */
  clock?: Clock;
  /**
   * The source of random numbers.
   * @default {this machine}
   */
  random?: Random;
}

/** What an installation did. */
export type CrdInstallation = "created" | "updated" | "unchanged";

const CustomResourceDefinition = kindOf({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  scope: "Cluster",
});

/** The longest wait for an answer, in milliseconds. The API server itself gives up after a minute. */
const LONGEST_ANSWER = 65_000;
/** The first and the longest wait between two polls of the CRD, and between two attempts, in milliseconds. */
const [FIRST_WAIT, LONGEST_WAIT] = [50, 1_000];

/**
 * Creates the CRD of a kind, or updates it if it differs from the definition, and waits until the API server serves it.
 * If the CRD is being deleted, waits until it is gone and creates it again. If others install it at the same time, or
 * the API server is unavailable for a while, tries again until the timeout.
 *
 * @throws {TerminalError} If the CRD in the cluster has another scope, or serves versions that the definition lacks.
 * @throws {Error} If the API server does not serve the kind in time, or the deletion of an old CRD does not end. The
 * message has the API server's reasons, such as a conflicting name.
 * @throws {ApiError} If the API server refuses a request.
 * @throws {TypeError} If the kind has no definition, as it was not made by `defineResource`.
 *
 * @example Usage
 * ```ts
 * import { defineResource, installCrd } from "@staircase/operator";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: z.object({ size: z.int().default(1) }),
 * });
 * using cluster = new EmbeddedCluster();
 * assertEquals(await installCrd(cluster, Foo), "created");
 * assertEquals(await installCrd(cluster, Foo), "unchanged");
 * ```
 */
export async function installCrd(
  client: ClusterClient,
  resource: ResourceKind & { readonly crd: CrdManifest },
  options: InstallCrdOptions = {},
): Promise<CrdInstallation> {
  if (!resource?.crd) {
    throw new TypeError("Cannot install a kind as it has no definition: give one made by defineResource");
  }
  const { clock = systemClock, random = systemRandom, signal, fieldManager = "staircase" } = options;
  const timeout = toMilliseconds(options.timeout === undefined ? "30s" : options.timeout, "timeout");
  const installer: Installer = {
    transport: { client, clock, random, timeout: LONGEST_ANSWER },
    fieldManager,
    signal,
    timeout: formatDuration(timeout),
    deadline: clock.monotonic() + timeout,
    isReached: false,
  };
  for (let wait = FIRST_WAIT;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      const done = await bringUpToDate(installer, resource);
      if (await waitUntilServed(installer, resource)) return done;
      // Somebody deleted it in the meantime, so create it again.
      if (isOver(installer, wait)) {
        throw new Error(`Cannot install ${resource.crd.metadata.name} as somebody keeps deleting it`);
      }
    } catch (error) {
      if (isOver(installer, wait) || !mayPass(installer, error)) throw error;
    }
    // Randomized, so that concurrent installers do not retry at the same moment.
    await sleep(clock, wait * (0.5 + portion(random) / 2), signal);
  }
}

/** A kind that can be installed. */
type Installable = ResourceKind & { readonly crd: CrdManifest };

/**
 * Whether another attempt may succeed: others are installing it as well, or a server that answered before is
 * unavailable. The next attempt reads first, so it does not matter whether a write was carried out.
 */
function mayPass({ isReached }: Installer, error: unknown): boolean {
  if (isConflict(error) || isAlreadyExists(error)) return true;
  return isReached && (error instanceof ConnectionError || isServerError(error));
}

/** The state of an installation. */
interface Installer {
  readonly transport: Transport;
  readonly fieldManager: string;
  readonly signal: AbortSignal | undefined;
  /** The timeout, as text. */
  readonly timeout: string;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** Whether the API server has answered before. If it never does, whoever configured the address must hear of it at once. */
  isReached: boolean;
}

async function bringUpToDate(installer: Installer, resource: Installable): Promise<CrdInstallation> {
  const { crd } = resource;
  const { name } = crd.metadata;
  const live = await readOnceUndeleted(installer, resource);
  if (!live) {
    await write(installer, { verb: "create", body: crd, describe: () => `create CustomResourceDefinition ${name}` });
    return "created";
  }
  checkUpdatable(live, crd);
  if (isUpToDate(live, crd)) return "unchanged";
  const definition = await digestOf(crd);
  if (isAsAnswered(live, definition)) return "unchanged";
  const answered = await write(installer, { verb: "update", name, body: mergeCrd(live, crd) });
  await noteWhatDiffers(installer, answered, crd, definition);
  return answered.metadata?.resourceVersion === live.metadata.resourceVersion ? "unchanged" : "updated";
}

/**
 * If the API server does not store the definition unchanged, the next start could not see that nothing is to be done
 * and would write again. So this notes the stored form. If a concurrent change makes it fail, the next start notes it.
 */
async function noteWhatDiffers(
  installer: Installer,
  answered: LiveCrd,
  crd: CrdManifest,
  definition: string,
): Promise<void> {
  if (isUpToDate(answered, crd)) return;
  try {
    await write(installer, { verb: "update", name: crd.metadata.name, body: noteAnswer(answered, definition) });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

async function write(
  { transport, fieldManager, signal }: Installer,
  request: Pick<KubeRequest, "verb" | "name" | "body" | "describe">,
): Promise<LiveCrd> {
  const query = { fieldManager };
  const answer = await send(transport, { kind: CustomResourceDefinition, signal, query, ...request });
  return readAnswer(answer, `${request.verb} CustomResourceDefinition ${request.name ?? ""}`.trimEnd());
}

/** @throws {UnexpectedAnswerError} If it only has the name of a CRD. */
function readAnswer(answer: unknown, operation: string): LiveCrd {
  const problem = crdProblem(answer as object);
  if (problem !== undefined) throw new UnexpectedAnswerError("", { problem, operation });
  return answer as LiveCrd;
}

async function readCrd(installer: Installer, name: string): Promise<LiveCrd | undefined> {
  const { transport, signal } = installer;
  let live: LiveCrd | undefined;
  try {
    const answer = await send(transport, { verb: "get", kind: CustomResourceDefinition, name, signal });
    live = readAnswer(answer, `get CustomResourceDefinition ${name}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  installer.isReached = true;
  return live;
}

/** Reads the CRD. Waits until one that is being deleted is gone, because anything written to it would be lost. */
async function readOnceUndeleted(installer: Installer, resource: Installable): Promise<LiveCrd | undefined> {
  let live: LiveCrd | undefined;
  const gone = await poll(installer, async () => {
    live = await readCrd(installer, resource.crd.metadata.name);
    return live?.metadata.deletionTimestamp === undefined;
  });
  if (gone) return live;
  throw new Error(
    `Cannot install ${resource.crd.metadata.name} as the existing one is being deleted and has not gone after ` +
      `${installer.timeout}, most often because of a finalizer on one of its objects: ${describeConditions(live)}`,
  );
}

/** Resolves to false if the CRD is gone or being deleted. */
async function waitUntilServed(installer: Installer, resource: Installable): Promise<boolean> {
  let live: LiveCrd | undefined;
  let isGoing = false;
  const ended = await poll(installer, async () => {
    live = await readCrd(installer, resource.crd.metadata.name);
    isGoing = live === undefined || live.metadata.deletionTimestamp !== undefined;
    return isGoing || isEstablished(live!);
  });
  if (ended) return !isGoing;
  throw new Error(
    `Cannot install ${resource.crd.metadata.name} as the API server does not serve ${resource.kind} of ${
      apiVersionOf(resource)
    } after ${installer.timeout}: ${describeConditions(live)}`,
  );
}

/** Polls until `look` returns true; returns false at the deadline. */
async function poll(installer: Installer, look: () => Promise<boolean>): Promise<boolean> {
  const { transport, signal } = installer;
  for (let wait = FIRST_WAIT;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    if (await look()) return true;
    if (isOver(installer, wait)) return false;
    await sleep(transport.clock, wait, signal);
  }
}

/** Whether the deadline comes before the wait ends. */
function isOver({ transport: { clock }, deadline }: Installer, wait: number): boolean {
  return clock.monotonic() + wait > deadline;
}
