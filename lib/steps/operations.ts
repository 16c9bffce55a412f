/** The constructors of changes: one function for each thing that a step may ask for. */

import type { Draft, KubeObject, ObjectRef, ResourceKind } from "../model/mod.ts";
import { shownValue } from "../time/mod.ts";
import {
  Change,
  type JsonPatchOperation,
  type PerformAction,
  type Preconditions,
  type PropagationPolicy,
} from "./change.ts";
import { StepDefinitionError } from "./errors.ts";

/** Options of {@link create}. */
export interface CreateOptions {
  /**
   * Whether the Run's object becomes the controller owner, where the kind is one that the controller `owns`.
   * @default {true}
   */
  owned?: boolean;
}

/** Options of {@link apply}. */
export interface ApplyOptions extends CreateOptions {
  /**
   * Whether to take fields over from other managers. Kubernetes recommends that controllers do.
   * @default {true}
   */
  force?: boolean;
  /**
   * Who manages the fields.
   * @default {the controller's name}
   */
  fieldManager?: string;
}

/** How an object is patched: exactly one of the three. */
export type PatchBody =
  /** A JSON merge patch (RFC 7386): `null` removes a field, lists are replaced whole. */
  | { readonly merge: Readonly<Record<string, unknown>> }
  /** A JSON patch (RFC 6902). */
  | { readonly json: readonly JsonPatchOperation[] }
  /** A strategic merge patch: lists are merged by key. Built-in kinds only. */
  | { readonly strategic: Readonly<Record<string, unknown>> };

/** The place of an object, and if it is known which object it is that is there. */
export interface PatchTarget extends ObjectRef {
  /** Its UID: another object of that name is not patched. */
  readonly uid?: string;
}

/** Options of {@link patch} and {@link replace}. */
export interface SubresourceOptions {
  /** The part that is written, such as `status` or `scale`; the object itself when absent. */
  subresource?: string;
}

/** Options of {@link remove}. */
export interface RemoveOptions {
  /**
   * What the removal insists on; the API server refuses it with a conflict otherwise.
   * @default {the UID and the resource version of the object given}
   */
  preconditions?: Preconditions;
  /**
   * What happens to the object's dependents.
   * @default {"Background"}
   */
  propagation?: PropagationPolicy;
}

/**
 * Asks for an object to be created. The namespace defaults to that of the Run's object; where the kind is one that the
 * controller `owns`, the owner reference is filled in.
 *
 * With `generateName`, nothing but looking keeps a second one from being made when the answer to the first is lost: let the
 * step before it list by owner or labels. After a lost answer that list is live, and a Run without it is refused another one.
 *
 * @example Usage
 * ```ts
 * import { create } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const change = create(ConfigMap, { metadata: { name: "settings" }, data: { color: "blue" } });
 * assertEquals(String(change), "create ConfigMap settings");
 * ```
 */
export function create<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: Draft<T>,
  options: CreateOptions = {},
): Change<T> {
  const { owned = true } = options;
  return new Change({ verb: "create", kind, object, owned });
}

/**
 * Asks for server-side apply: the fields given become as given and belong to the field manager; fields that it applied
 * before and are absent now are removed; all others stay. Creates the object when there is none; with `metadata.uid` it is
 * that very object or nothing, which is also meant when it is the Run's own.
 */
export function apply<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: Draft<T>,
  options: ApplyOptions = {},
): Change<T> {
  const { owned = true, force = true, fieldManager } = options;
  return new Change({ verb: "apply", kind, object, owned, force, fieldManager });
}

/**
 * Asks for a patch of an object that exists. Given the object itself, or its UID, no other one that has taken its name
 * meanwhile is patched: the API server refuses, and the next Run sees what there is. Given a place alone, whatever is there
 * is patched, unless it is the place of the Run's own object: then that is meant.
 *
 * @example Usage
 * ```ts
 * import { patch } from "@staircase/operator";
 * import { Deployment } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const change = patch(Deployment, { name: "web", namespace: "default" }, { merge: { spec: { replicas: 2 } } });
 * assertEquals(String(change), "patch Deployment default/web");
 * ```
 */
export function patch<T extends KubeObject>(
  kind: ResourceKind<T>,
  target: T | PatchTarget,
  body: PatchBody,
  options: SubresourceOptions = {},
): Change<T> {
  const [entry, ...more] = Object.entries(body);
  if (!entry || more.length > 0 || !["merge", "json", "strategic"].includes(entry[0])) {
    throw new StepDefinitionError(
      `Cannot patch ${kind.kind} as exactly one of merge, json and strategic must be given: ` +
        `current value has ${Object.keys(body).join(", ") || "none"}`,
    );
  }
  const isObject = "metadata" in target;
  const { uid } = isObject ? target.metadata : target;
  const decidedOn = uid === undefined ? undefined : { uid, object: isObject ? target : undefined };
  const ref = isObject ? refOf(target) : placeOf(target);
  const type = entry[0] as "merge" | "json" | "strategic";
  const { subresource } = options;
  return new Change({ verb: "patch", kind, target: ref, type, body: entry[1], subresource, decidedOn });
}

/**
 * Asks for an object to be replaced by another version of itself: this very object, whose resource version must still be the
 * newest. Where it has whole numbers beyond 2^53 - 1, a patch of what differs is sent in its place, so that their digits stay.
 */
export function replace<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  options: SubresourceOptions = {},
): Change<T> {
  return new Change({ verb: "replace", kind, object, subresource: options.subresource });
}

/**
 * Asks for an object to be deleted: this very object, in the version that the step has seen. If it is another one by now,
 * the API server refuses, and the next Run sees what there is. Of an object that was not read, and so has no UID, whatever has
 * the name is meant, unless it is the place of the Run's own object: then that is meant.
 */
export function remove<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  options: RemoveOptions = {},
): Change<void> {
  const { uid, resourceVersion } = object.metadata;
  const { preconditions = { uid, resourceVersion }, propagation = "Background" } = options;
  return new Change({ verb: "remove", kind, target: refOf(object), preconditions, propagation });
}

/**
 * Asks for something outside Kubernetes: an order at a REST API, a DNS record. It must be safe to ask again: the answer may
 * be lost on its way, Deno's `fetch` may send a request twice by itself, and a process may end in the middle. So let the step
 * before it look whether it has been done, and send an idempotency key along, made of the object's UID and of what is asked
 * for, for what looking cannot see.
 *
 * @param name What is done, for logs and traces: `order the item`.
 * @param action Does it. Its signal is aborted at the step's timeout and at the end of a shutdown; no other Run of the
 * object begins before the action has settled.
 */
export function perform<Result>(name: string, action: PerformAction<Result>): Change<Result> {
  if (typeof name !== "string" || name.trim() === "") {
    throw new StepDefinitionError(
      `Cannot perform an action as it must have a name: current value is ${shownValue(name)}`,
    );
  }
  if (typeof action !== "function") {
    throw new StepDefinitionError(
      `Cannot perform "${name}" as its action must be a function: current value is ${typeof action}`,
    );
  }
  return new Change<Result>({ verb: "perform", name, action });
}

function refOf({ metadata }: KubeObject): ObjectRef {
  return placeOf(metadata);
}

function placeOf({ name, namespace }: ObjectRef): ObjectRef {
  return namespace === undefined ? { name } : { name, namespace };
}
