/** The subresource `finalize` of namespaces: removes finalizers from the spec. */

import { type Answer, decodeObject, jsonAnswer, renderObject, type ResourceRequest, shapeOf } from "../request/mod.ts";
import type { ServerContext } from "../store/mod.ts";
import { checkAddress } from "./creating.ts";
import { notFound } from "../values/mod.ts";
import { checkResourceVersion, isFinished } from "./updating.ts";

/** Answers an update of the subresource. */
export function finalizeNamespace(context: ServerContext, request: ResourceRequest): Answer {
  const { resource, name } = request;
  const object = decodeObject(request);
  checkAddress(object, request);
  const table = context.tableOf(resource);
  const old = table.get(name!);
  if (!old) throw notFound(resource, name!);
  checkResourceVersion(object, old, resource);
  const finalized = { ...old, metadata: { ...old.metadata }, spec: object.spec ?? {} };
  const stored = isFinished(finalized, resource)
    ? context.store.remove(table, finalized)
    : context.store.put(table, finalized);
  return jsonAnswer(200, renderObject(stored, resource, shapeOf(request, context.clock)));
}
