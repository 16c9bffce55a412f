/** The typed client: objects by their kinds, on any cluster. */

import {
  type ClusterClient,
  getObject,
  listedNamespace,
  listObjects,
  type ObjectOperation,
  resolveNamespace,
  type Transport,
  writeAlone,
} from "../kube/mod.ts";
import type { Draft, KubeObject, ObjectRef, ResourceKind, StatusOf, WritableKind } from "../model/mod.ts";
import { type Clock, type Random, systemClock, systemRandom, toMilliseconds } from "../time/mod.ts";
import { settledBy } from "./moved_clock.ts";
import type {
  ApplyObjectOptions,
  DeleteObjectOptions,
  ListObjectsOptions,
  MergePatch,
  ObjectRequestOptions,
  Target,
  TypedPatch,
  WaitOptions,
  WritePartOptions,
} from "./types.ts";
import { waitForObject } from "./waiting.ts";

/** Options of a {@link TypedClient}. */
export interface TypedClientOptions {
  /**
   * The default namespace.
   * @default {the client's, else `default`}
   */
  namespace?: string;
  /**
   * The field manager that the API server records for writes.
   * @default {"staircase-client"}
   */
  fieldManager?: string;
  /**
   * Measures time. A `VirtualClock` moves while something is awaited.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * Draws the jitter of delays.
   * @default {systemRandom}
   */
  random?: Random;
}

/** The virtual time that an answer may take, in milliseconds. Retries take a quarter of a minute at most. */
const LONGEST_ANSWER = 600_000;

/** The most characters of a condition's source text in an error. */
const LONGEST_CONDITION = 200;

/**
 * Reads and writes objects by their kinds, for tests and tools: results have the kind's type, and the compiler checks what is
 * written against it. Steps do not need it: they read by `kube` and return Changes.
 *
 * Failed reads are retried for a few seconds, writes only if they were certainly not carried out. If the target is an
 * object that was read, only that very object is written. The default namespace is the client's.
 *
 * Each method throws an `ApiError` if the API server refuses, a `ConnectionError` if there is no answer, and a `TypeError` for
 * invalid arguments, before anything is sent.
 *
 * @example On any cluster
 * ```ts
 * import { TypedClient } from "@staircase/operator/client";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster(); // or: using client = await connect();
 * const cluster = new TypedClient(client);
 * await cluster.create(ConfigMap, { metadata: { name: "paint" }, data: { color: "blue" } });
 * await cluster.patch(ConfigMap, "paint", { merge: { data: { color: "red" } } });
 * const red = await cluster.waitFor(ConfigMap, "paint", ({ data }) => data?.color === "red");
 * await cluster.delete(ConfigMap, red);
 * assertEquals(await cluster.get(ConfigMap, "paint"), undefined);
 * ```
 */
export class TypedClient {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #fieldManager: string;

  /**
   * Makes a typed client.
   *
   * @param client Performs the requests: the client of `connect()`, or any other.
   * @param options Its options.
   */
  constructor(client: ClusterClient, options: TypedClientOptions = {}) {
    const { clock = systemClock, random = systemRandom, fieldManager = "staircase-client" } = options;
    this.#transport = { client, clock, random };
    this.#namespace = options.namespace ?? client.defaultNamespace ?? "default";
    this.#fieldManager = fieldManager;
  }

  /**
   * Reads one object; `undefined` if it does not exist.
   *
   * @throws {ApiError} If the API server refuses, or does not know the kind.
   */
  async get<T extends KubeObject>(
    kind: ResourceKind<T>,
    name: string,
    options: ObjectRequestOptions = {},
  ): Promise<T | undefined> {
    const namespace = resolveNamespace(kind, options.namespace, this.#namespace);
    return await this.#answered(getObject(this.#transport, { kind, namespace, name, signal: options.signal }));
  }

  /** Reads all objects that match, page by page. */
  async list<T extends KubeObject>(kind: ResourceKind<T>, options: ListObjectsOptions = {}): Promise<T[]> {
    const { namespace: given, labels, fields, signal } = options;
    const namespace = kind.scope === "Cluster" && given === undefined
      ? undefined
      : listedNamespace(kind, given, this.#namespace);
    return await this.#answered(listObjects(this.#transport, { kind, namespace, labels, fields, signal }));
  }

  /**
   * Creates an object.
   *
   * @param kind Its kind.
   * @param object The object. A status is ignored: see {@link TypedClient.patchStatus}.
   * @param options The namespace.
   * @returns The object as the API server has stored it.
   */
  async create<T extends KubeObject, D = Draft<T>>(
    kind: WritableKind<T, D>,
    object: NoInfer<D>,
    options: ObjectRequestOptions = {},
  ): Promise<T> {
    return await this.#write<T>({ verb: "create", kind, object: object as Draft<KubeObject>, owned: false }, options);
  }

  /**
   * Applies fields (server-side apply): they get these values and belong to the field manager. Fields that it applied
   * before and that are absent now are removed. Creates the object if it does not exist.
   *
   * @param kind Its kind.
   * @param object The fields.
   * @param options The field manager, and whether to force.
   * @returns The object as the API server has stored it.
   */
  async apply<T extends KubeObject, D = Draft<T>>(
    kind: WritableKind<T, D>,
    object: NoInfer<D>,
    options: ApplyObjectOptions = {},
  ): Promise<T> {
    const { force = false, fieldManager, ...where } = options;
    const draft = object as Draft<KubeObject>;
    return await this.#write<T>({ verb: "apply", kind, object: draft, owned: false, force, fieldManager }, where);
  }

  /**
   * Patches an object.
   *
   * @param kind Its kind.
   * @param target The object; if it was read, only that very object is written.
   * @param patch Exactly one of `merge`, `json` and `strategic`.
   * @param options The subresource.
   * @returns The object as the API server has stored it.
   */
  async patch<T extends KubeObject>(
    kind: ResourceKind<T>,
    target: Target<NoInfer<T>>,
    patch: TypedPatch<NoInfer<T>>,
    options: WritePartOptions = {},
  ): Promise<T> {
    const { subresource, ...where } = options;
    const [type, body] = patchOf(kind, patch);
    const { ref, uid, object } = targetOf(target, where.namespace);
    const decidedOn = uid === undefined ? undefined : { uid, object };
    return await this.#write<T>({ verb: "patch", kind, target: ref, type, body, subresource, decidedOn }, where);
  }

  /**
   * Merges fields into the status of an object, as its controller does; in tests also for a controller that does not run.
   *
   * @param kind Its kind.
   * @param target The object.
   * @param status The fields; `null` removes a field.
   * @param options The namespace.
   * @returns The object as the API server has stored it.
   */
  async patchStatus<T extends KubeObject>(
    kind: ResourceKind<T>,
    target: Target<NoInfer<T>>,
    status: MergePatch<StatusOf<NoInfer<T>>>,
    options: ObjectRequestOptions = {},
  ): Promise<T> {
    const patch = { merge: { status } } as unknown as TypedPatch<T>;
    return await this.patch<T>(kind, target, patch, { ...options, subresource: "status" });
  }

  /**
   * Replaces an object. Its resource version must be the newest.
   *
   * @param kind Its kind.
   * @param object The object as it was read, with the changes.
   * @param options The subresource, such as `status`.
   * @returns The object as the API server has stored it.
   */
  async replace<T extends KubeObject>(
    kind: ResourceKind<T>,
    object: NoInfer<T>,
    options: WritePartOptions = {},
  ): Promise<T> {
    const { subresource, ...where } = options;
    return await this.#write<T>({ verb: "replace", kind, object, subresource }, where);
  }

  /**
   * Deletes an object. An object with finalizers stays until they are removed: see {@link TypedClient.waitUntilGone}.
   *
   * @param kind Its kind.
   * @param target The object; if it was read, only that very object is written.
   * @param options What happens to its dependents.
   * @throws {ApiError} If the object does not exist, another one has its name, or the API server refuses.
   */
  async delete<T extends KubeObject>(
    kind: ResourceKind<T>,
    target: Target<NoInfer<T>>,
    options: DeleteObjectOptions = {},
  ): Promise<void> {
    const { propagation = "Background", resourceVersion, ...where } = options;
    const { ref, uid } = targetOf(target, where.namespace);
    const preconditions = {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    await this.#write({ verb: "remove", kind, target: ref, preconditions, propagation }, where);
  }

  /**
   * Waits, by a watch, until an object meets a condition. If it does not exist, or is deleted meanwhile, waits for one of that
   * name to appear.
   *
   * @param kind Its kind.
   * @param name Its name.
   * @param isRight The condition; called with each version of the object. If it throws, the wait ends with that error.
   * @param options The namespace and the time limit.
   * @returns The first version that meets the condition.
   * @throws {WaitError} If none does within the time limit; the error shows the current object.
   */
  async waitFor<T extends KubeObject>(
    kind: ResourceKind<T>,
    name: string,
    isRight: (object: NoInfer<T>) => boolean | Promise<boolean>,
    options: WaitOptions = {},
  ): Promise<T> {
    const holds = (object: T | undefined) => object !== undefined && isRight(object);
    const found = await this.#wait(kind, { name }, { holds, what: options.what ?? conditionText(isRight) }, options);
    return found!;
  }

  /**
   * Waits, by a watch, until an object is gone.
   *
   * @param kind Its kind.
   * @param target The object; if it was read, another object of its name does not count.
   * @param options The namespace and the time limit.
   * @throws {WaitError} If it still exists after the time limit; the error shows it.
   */
  async waitUntilGone<T extends KubeObject>(
    kind: ResourceKind<T>,
    target: Target<NoInfer<T>>,
    options: WaitOptions = {},
  ): Promise<void> {
    const { ref, uid } = targetOf(target, options.namespace);
    const holds = (object: T | undefined) => object === undefined || uid !== undefined && object.metadata.uid !== uid;
    await this.#wait(kind, ref, { holds, what: options.what ?? "it is gone" }, options);
  }

  async #wait<T extends KubeObject>(
    kind: ResourceKind<T>,
    { name, namespace: own }: ObjectRef,
    condition: { holds: (object: T | undefined) => boolean | Promise<boolean>; what: string },
    { namespace: given, timeout = "1m", signal }: WaitOptions,
  ): Promise<T | undefined> {
    const namespace = resolveNamespace(kind, own ?? given, this.#namespace);
    const ref = namespace === undefined ? { name } : { name, namespace };
    return await waitForObject({
      ...this.#transport,
      ...condition,
      kind,
      ref,
      timeout: toMilliseconds(timeout, "timeout"),
      signal,
    });
  }

  async #write<T>(
    operation: ObjectOperation,
    { namespace: given, signal }: ObjectRequestOptions,
  ): Promise<T> {
    const fieldManager = this.#fieldManager;
    // Refused for a cluster-scoped kind, also where the object itself says none.
    const namespace = resolveNamespace(operation.kind, given, this.#namespace) ?? this.#namespace;
    return await this.#answered(writeAlone(this.#transport, operation, { fieldManager, namespace, signal })) as T;
  }

  #answered<T>(request: Promise<T>): Promise<T> {
    return settledBy(this.#transport.clock, request, { within: LONGEST_ANSWER, what: "the request is answered" });
  }
}

function patchOf(kind: ResourceKind, patch: object): readonly ["merge" | "json" | "strategic", unknown] {
  const [entry, ...more] = Object.entries(patch);
  const type = entry?.[0];
  if (more.length === 0 && (type === "merge" || type === "json" || type === "strategic")) return [type, entry![1]];
  throw new TypeError(
    `Cannot patch ${kind.kind} as exactly one of merge, json and strategic must be given: ` +
      `current value has ${Object.keys(patch).join(", ") || "none"}`,
  );
}

/** The place of a target, and which object it is, if that is known. */
function targetOf<T extends KubeObject>(
  target: Target<T>,
  namespace: string | undefined,
): { ref: ObjectRef; uid: string | undefined; object: T | undefined } {
  const place: { name: string; namespace?: string; uid?: string } = typeof target === "string"
    ? { name: target }
    : "metadata" in target
    ? target.metadata
    : target;
  const { name, namespace: own = namespace, uid } = place;
  const object = typeof target === "object" && "metadata" in target ? target : undefined;
  return { ref: own === undefined ? { name } : { name, namespace: own }, uid, object };
}

function conditionText(condition: unknown): string {
  const text = String(condition).replace(/\s+/g, " ");
  return text.length <= LONGEST_CONDITION ? text : `${text.slice(0, LONGEST_CONDITION)}…`;
}
