/** The functions that make Changes: one for each verb. */

import type { Draft, KubeObject, ObjectRef, ResourceKind, WritableKind } from "../model/mod.ts";
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
   * Whether the Run's object becomes the controller owner. Only for kinds that the controller `owns`.
   * @default {true}
   */
  owned?: boolean;
}

/** Options of {@link apply}. */
export interface ApplyOptions extends CreateOptions {
  /**
   * Whether to take over fields from other field managers. Kubernetes recommends this for controllers.
   * @default {true}
   */
  force?: boolean;
  /**
   * The field manager.
   * @default {the controller's name}
   */
  fieldManager?: string;
}

/** The patch, in exactly one of three forms. */
export type PatchBody =
  /** A JSON merge patch (RFC 7386): `null` removes a field, lists are replaced as a whole. */
  | { readonly merge: Readonly<Record<string, unknown>> }
  /** A JSON patch (RFC 6902). */
  | { readonly json: readonly JsonPatchOperation[] }
  /** A strategic merge patch: lists are merged by key. Only for built-in kinds. */
  | { readonly strategic: Readonly<Record<string, unknown>> };

/** The namespace and name of an object, and its UID if that is known. */
export interface PatchTarget extends ObjectRef {
  /** The object's UID; with it, a later object with the same name is not patched. */
  readonly uid?: string;
}

/** Options of {@link patch} and {@link replace}. */
export interface SubresourceOptions {
  /** The subresource to write, such as `status` or `scale`; without it, the object itself. */
  subresource?: string;
}

/** Options of {@link remove}. */
export interface RemoveOptions {
  /**
   * Conditions of the removal. If one does not hold, the API server refuses with a conflict.
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
 * A Change that creates an object. The namespace defaults to that of the Run's object. For kinds that the controller `owns`,
 * the owner reference is filled in.
 *
 * With `generateName`, a second object could be created if the answer to the first creation is lost. To prevent this, the step
 * before must list the objects by owner or labels. After a lost answer, this list is read from the API server, and a Run that
 * has not listed is refused the creation.
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
export function create<T extends KubeObject, D = Draft<T>>(
  kind: WritableKind<T, D>,
  object: NoInfer<D>,
  options: CreateOptions = {},
): Change<T> {
  const { owned = true } = options;
  return new Change({ verb: "create", kind, object: object as Draft<KubeObject>, owned });
}

/**
 * A Change by server-side apply: the given fields are set and belong to the field manager; fields that it applied before and
 * that are absent now are removed; all others stay. If there is no object, it is created. With `metadata.uid`, only the object
 * with this UID is changed and none is created; for the Run's own object this is the default.
 */
export function apply<T extends KubeObject, D = Draft<T>>(
  kind: WritableKind<T, D>,
  object: NoInfer<D>,
  options: ApplyOptions = {},
): Change<T> {
  const { owned = true, force = true, fieldManager } = options;
  return new Change({ verb: "apply", kind, object: object as Draft<KubeObject>, owned, force, fieldManager });
}

/**
 * A Change that patches an existing object. If the target is an object or has a UID, a later object with the same name is not
 * patched: the API server refuses, and the next Run sees the new object. If the target is only a name, whatever object has that
 * name is patched; but if it is the name of the Run's own object, only that one is.
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
 * A Change that replaces an object (update). If its resource version is no longer the newest, the API server refuses. If it
 * contains integers beyond 2^53 - 1, a patch of the differences is sent instead, so that no digits are lost.
 */
export function replace<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  options: SubresourceOptions = {},
): Change<T> {
  return new Change({ verb: "replace", kind, object, subresource: options.subresource });
}

/**
 * A Change that deletes an object: the one with this UID, in the version that the step has read. If it has changed since, the
 * API server refuses, and the next Run sees the change. If the object has no UID because it was not read, whatever object has
 * its name is deleted; but if that is the name of the Run's own object, only that one is.
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
 * A Change outside of Kubernetes, such as an order at a REST API or a DNS record. The action must be safe to repeat: its
 * answer may be lost, `fetch` may send a request twice by itself, and the process may end in the middle. So let an earlier
 * step check whether it has been done already, and send an idempotency key made of the object's UID and the request, for what
 * such a check cannot see.
 *
 * @param name What the action does, for logs and traces: `order the item`.
 * @param action The action. Its signal is aborted at the step's timeout and at the end of a shutdown. No other Run of the
 * object begins before it has settled.
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
