/** The verbs delete and deletecollection. */

import {
  type Answer,
  type DeleteOptions,
  deleteOptionsOf,
  jsonAnswer,
  renderList,
  renderObject,
  type ResourceRequest,
  shapeOf,
} from "../request/mod.ts";
import { type Resource, type ServerContext, timestamp } from "../store/mod.ts";
import {
  forbidden,
  isSame,
  methodNotAllowed,
  notFound,
  placeOf,
  preconditionFailed,
  type ServerObject,
} from "../values/mod.ts";
import { selectPage } from "./reading.ts";
import { isFinished } from "./updating.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";
/** The finalizer that keeps a definition until its objects are gone. */
export const CRD_CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
const IMMORTAL_NAMESPACES = ["default", "kube-system", "kube-public"];

export function deleteObject(context: ServerContext, request: ResourceRequest): Answer {
  const shape = shapeOf(request, context.clock);
  const { resource, namespace, name, subresource } = request;
  if (subresource !== undefined || (resource.namespaced && namespace === undefined)) throw methodNotAllowed();
  const options = deleteOptionsOf(request);
  warnOfOrphans(request, options);
  const object = context.tableOf(resource).get(placeOf(namespace, name!));
  if (!object) throw notFound(resource, name!);
  const left = markDeleted(context, resource, object, options, request.requester.user);
  if (!left && isGraceful(resource)) {
    const shown = options.dryRun ? object : asDeleted(context, resource, object, options);
    const resourceVersion = options.dryRun ? object.metadata.resourceVersion! : String(context.store.revision - 1);
    const told = { ...shown, metadata: { ...shown.metadata, resourceVersion } };
    return jsonAnswer(200, renderObject(told, resource, shape));
  }
  if (left || resource.strategy.answersDeleted) {
    const accepted = left !== undefined && options.waits;
    return jsonAnswer(accepted ? 202 : 200, renderObject(left ?? object, resource, shape));
  }
  return jsonAnswer(200, JSON.stringify(success(resource, object)));
}

/** Warns a client that did not choose a policy if dependents are orphaned by default. */
function warnOfOrphans({ resource, warnings }: ResourceRequest, { propagation }: DeleteOptions): void {
  if (propagation !== undefined || resource.strategy.defaultPropagation !== "Orphan") return;
  warnings.add(
    `child pods are preserved by default when ${resource.plural} are deleted; set propagationPolicy=Background to remove ` +
      "them or set propagationPolicy=Orphan to suppress this warning",
  );
}

/** Answers a request to delete many, with the list of the objects. */
export function deleteCollection(context: ServerContext, request: ResourceRequest): Answer {
  const { resource, namespace, requester } = request;
  const shape = shapeOf(request, context.clock);
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const options = deleteOptionsOf(request);
  warnOfOrphans(request, options);
  const { shown, metadata } = selectPage(context, request);
  const answer = renderList(shown, resource, shape === "metadata" ? "metadataList" : shape, metadata);
  for (const { metadata } of shown) {
    const object = context.tableOf(resource).get(placeOf(metadata.namespace, metadata.name));
    if (object) markDeleted(context, resource, object, options, requester.user);
  }
  return jsonAnswer(200, answer);
}

function success({ group, plural }: Resource, { metadata: { name, uid } }: ServerObject): unknown {
  const details = { name, ...(group === "" ? {} : { group }), kind: plural, uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/**
 * Deletes an object, or marks it as deleted if something keeps it.
 *
 * @returns The marked object; `undefined` if it is gone.
 */
export function markDeleted(
  context: ServerContext,
  resource: Resource,
  object: ServerObject,
  options: DeleteOptions,
  user: string,
): ServerObject | undefined {
  checkPreconditions(resource, object, options);
  refuseImmortal(resource, object);
  context.admit({ resource, operation: "DELETE", subresource: undefined, object, old: object, user });
  const marked = asDeleted(context, resource, object, options);
  const table = context.tableOf(resource);
  if (isFinished(marked, resource)) {
    if (!options.dryRun) context.store.remove(table, isGraceful(resource) ? context.store.put(table, marked) : object);
    return undefined;
  }
  if (isSame(marked, object) || options.dryRun) return marked;
  return context.store.put(table, marked);
}

/** Pods get time to stop even if nothing has to be waited for. */
function isGraceful({ kind, group }: Resource): boolean {
  return kind === "Pod" && group === "";
}

function checkPreconditions(
  resource: Resource,
  { metadata }: ServerObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
      "The object might have been deleted and then recreated";
    throw preconditionFailed(resource, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
      `(${metadata.resourceVersion}). The object might have been modified`;
    throw preconditionFailed(resource, metadata.name, why);
  }
}

function refuseImmortal(resource: Resource, { metadata: { name } }: ServerObject): void {
  if (resource.kind === "Namespace" && resource.group === "" && IMMORTAL_NAMESPACES.includes(name)) {
    throw forbidden(resource, name, "this namespace may not be deleted");
  }
}

/** The object with deletion timestamp and grace period. */
function asDeleted(
  context: ServerContext,
  resource: Resource,
  object: ServerObject,
  options: DeleteOptions,
): ServerObject {
  const metadata = { ...object.metadata };
  const given = metadata.finalizers ?? [];
  const finalizers = finalizersFor(given, options.propagation ?? propagationOf(given, resource));
  if (resource.group === "apiextensions.k8s.io" && !finalizers.includes(CRD_CLEANUP) && !metadata.deletionTimestamp) {
    finalizers.push(CRD_CLEANUP);
  }
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  if (metadata.deletionTimestamp !== undefined) return { ...object, metadata };
  metadata.deletionTimestamp = timestamp(context.clock);
  if (resource.kind === "Namespace" && resource.group === "") {
    return { ...object, metadata, status: { ...(object.status as object), phase: "Terminating" } };
  }
  if (resource.group === "apiextensions.k8s.io") return { ...object, metadata };
  metadata.deletionGracePeriodSeconds = 0;
  if (metadata.generation !== undefined) metadata.generation++;
  return { ...object, metadata };
}

/** The policy of a deletion that names none: that of an earlier deletion, or the kind's default. */
function propagationOf(finalizers: readonly string[], { strategy }: Resource): DeleteOptions["propagation"] {
  if (finalizers.includes(ORPHAN)) return "Orphan";
  return finalizers.includes(FOREGROUND) ? "Foreground" : strategy.defaultPropagation;
}

function finalizersFor(finalizers: readonly string[], propagation: DeleteOptions["propagation"]): string[] {
  const others = finalizers.filter((name) => name !== FOREGROUND && name !== ORPHAN);
  if (propagation === "Foreground") return [...others, FOREGROUND];
  if (propagation === "Orphan") return [...others, ORPHAN];
  return others;
}
