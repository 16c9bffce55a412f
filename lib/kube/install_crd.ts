/** Installing a kind: its CRD is created, or brought up to date, and waited for. */

import { apiVersionOf, kindOf, type ResourceKind } from "../model/mod.ts";
import {
  type Clock,
  type Duration,
  formatDuration,
  type Random,
  sleep,
  systemClock,
  systemRandom,
  toMilliseconds,
} from "../time/mod.ts";
import type { ClusterClient } from "./client.ts";
import {
  checkUpdatable,
  describeConditions,
  isEstablished,
  isUpToDate,
  type LiveCrd,
  mergeCrd,
} from "./crd_difference.ts";
import type { CrdManifest } from "./crd_manifest.ts";
import { isAlreadyExists, isConflict, isNotFound } from "./predicates.ts";
import { send, type Transport } from "./request.ts";

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

/** How often the installation is tried when somebody else writes the CRD at the same time. */
const MOST_ATTEMPTS = 5;
/** The first and the longest wait between two looks at the CRD, in milliseconds. */
const [FIRST_WAIT, LONGEST_WAIT] = [50, 1_000];

/**
 * Creates the CRD of a kind, or updates it where it differs from the definition, and waits until the API server serves it.
 *
 * @throws {TerminalError} If the CRD in the cluster has another scope, or serves other versions, which this would take away.
 * @throws {Error} If the API server does not serve the kind in time; the message has its reasons, such as a name that is taken.
 * @throws {ApiError} If the API server says no.
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
  const { clock = systemClock, random = systemRandom, signal, fieldManager = "staircase" } = options;
  const timeout = toMilliseconds(options.timeout === undefined ? "30s" : options.timeout, "timeout");
  const installer: Installer = {
    transport: { client, clock, random },
    fieldManager,
    signal,
    deadline: clock.monotonic() + timeout,
  };
  for (let attempt = 1;; attempt++) {
    try {
      const done = await bringUpToDate(installer, resource.crd);
      await waitUntilServed(installer, resource, formatDuration(timeout));
      return done;
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !(isConflict(error) || isAlreadyExists(error))) throw error;
    }
  }
}

/** What an installation works with. */
interface Installer {
  readonly transport: Transport;
  readonly fieldManager: string;
  readonly signal: AbortSignal | undefined;
  /** On the monotonic clock. */
  readonly deadline: number;
}

async function bringUpToDate(
  { transport, fieldManager, signal }: Installer,
  crd: CrdManifest,
): Promise<CrdInstallation> {
  const { name } = crd.metadata;
  const request = { kind: CustomResourceDefinition, signal, query: { fieldManager } };
  const live = await readCrd(transport, name, signal);
  if (!live) {
    await send(transport, {
      ...request,
      verb: "create",
      body: crd,
      describe: () => `create CustomResourceDefinition ${name}`,
    });
    return "created";
  }
  checkUpdatable(live, crd);
  if (isUpToDate(live, crd)) return "unchanged";
  await send(transport, { ...request, verb: "update", name, body: mergeCrd(live, crd) });
  return "updated";
}

async function readCrd(
  transport: Transport,
  name: string,
  signal: AbortSignal | undefined,
): Promise<LiveCrd | undefined> {
  try {
    return await send(transport, { verb: "get", kind: CustomResourceDefinition, name, signal }) as LiveCrd;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function waitUntilServed(
  { transport, signal, deadline }: Installer,
  resource: ResourceKind & { readonly crd: CrdManifest },
  timeout: string,
): Promise<void> {
  const { name } = resource.crd.metadata;
  for (let wait = FIRST_WAIT;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const live = await readCrd(transport, name, signal);
    if (live && isEstablished(live)) return;
    if (transport.clock.monotonic() + wait > deadline) {
      throw new Error(
        `Cannot install ${name} as the API server does not serve ${resource.kind} of ${
          apiVersionOf(resource)
        } after ${timeout}: ` +
          describeConditions(live),
      );
    }
    await sleep(transport.clock, wait, signal);
  }
}
