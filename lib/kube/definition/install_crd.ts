/** Installing a kind: its CRD is created, or brought up to date, and waited for. */

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
   * Who the API server notes as the manager of the fields.
   * @default {"staircase"}
   */
  fieldManager?: string;
  /**
   * Whose time is meant.
   * @default {that of this machine}
   */
  clock?: Clock;
  /**
   * Where random numbers come from.
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

/** How long an answer may take, in milliseconds: the API server itself gives up after a minute. */
const LONGEST_ANSWER = 65_000;
/** The first and the longest wait between two looks at the CRD, and between two tries, in milliseconds. */
const [FIRST_WAIT, LONGEST_WAIT] = [50, 1_000];

/**
 * Creates the CRD of a kind, or updates it where it differs from the definition, and waits until the API server serves it. One
 * that is being deleted is waited for until it has gone, and then created. While others install it as well, or the API server is
 * away for a while, it is tried again until the time is over.
 *
 * @throws {TerminalError} If the CRD in the cluster has another scope, or serves other versions, which this would take away.
 * @throws {Error} If the API server does not serve the kind in time, or one that is being deleted does not go; the message has
 * the API server's reasons, such as a name that is taken.
 * @throws {ApiError} If the API server says no.
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
      // Somebody has deleted it meanwhile: it is made again.
      if (isOver(installer, wait)) {
        throw new Error(`Cannot install ${resource.crd.metadata.name} as it is deleted again and again`);
      }
    } catch (error) {
      if (isOver(installer, wait) || !mayPass(installer, error)) throw error;
    }
    // Others who install it at the same time wait for another time.
    await sleep(clock, wait * (0.5 + portion(random) / 2), signal);
  }
}

/** A kind that can be installed. */
type Installable = ResourceKind & { readonly crd: CrdManifest };

/**
 * Whether another try may succeed: others install it as well, or a server that has answered before has gone for a while. Whatever
 * became of a write, the next try looks first.
 */
function mayPass({ isReached }: Installer, error: unknown): boolean {
  if (isConflict(error) || isAlreadyExists(error)) return true;
  return isReached && (error instanceof ConnectionError || isServerError(error));
}

/** What an installation works with. */
interface Installer {
  readonly transport: Transport;
  readonly fieldManager: string;
  readonly signal: AbortSignal | undefined;
  /** How long it may take, for people. */
  readonly timeout: string;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** Whether the API server has answered once: of one that never does, whoever configured it must hear at once. */
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
 * Where the API server does not store the definition as it is, the next start could not tell that nothing is to be done, and
 * would write again. So it is noted what it made of it; if that fails for a change meanwhile, the next start notes it.
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

/** @throws {UnexpectedAnswerError} If it is a CRD by its name alone. */
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

/** The CRD; one that is being deleted is waited for until it has gone, as what is written into it goes with it. */
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

/** Resolves to false when the CRD has gone, or is going. */
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

/** Looks again and again until it is so; false when the time is over. */
async function poll(installer: Installer, look: () => Promise<boolean>): Promise<boolean> {
  const { transport, signal } = installer;
  for (let wait = FIRST_WAIT;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    if (await look()) return true;
    if (isOver(installer, wait)) return false;
    await sleep(transport.clock, wait, signal);
  }
}

/** Whether there is no time to wait for so long. */
function isOver({ transport: { clock }, deadline }: Installer, wait: number): boolean {
  return clock.monotonic() + wait > deadline;
}
