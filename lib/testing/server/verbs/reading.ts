/** The verbs get and list. */

import {
  type Answer,
  checkListOptions,
  hasSelector,
  integerOf,
  jsonAnswer,
  renderList,
  renderObject,
  type ResourceRequest,
  revisionOf,
  revisionProblem,
  selectionOf,
  shapeOf,
} from "../request/mod.ts";
import { formatContinue, parseContinue, type ServerContext, type Table } from "../store/mod.ts";
import {
  badRequest,
  expired,
  type Fields,
  notFound,
  placeOf,
  placeOfObject,
  resourceVersionTooLarge,
  type ServerObject,
  StatusError,
} from "../values/mod.ts";

export function getObject(context: ServerContext, request: ResourceRequest): Answer {
  const { resource, namespace, name, query } = request;
  const shape = shapeOf(request, context.clock);
  const problem = revisionProblem(query.get("resourceVersion") ?? "");
  if (problem !== undefined) throw new StatusError(500, undefined, problem);
  const revision = revisionOf(query) ?? 0;
  if (revision > context.store.revision) throw resourceVersionTooLarge(revision, context.store.revision);
  const object = context.tableOf(resource).get(placeOf(namespace, name!));
  if (!object) throw notFound(resource, name!);
  return jsonAnswer(200, renderObject(object, resource, shape));
}

/** Which objects a list shows, and at which revision. */
interface ListPlan {
  /** The revision of the list. */
  readonly revision: number;
  readonly limit: number;
  /** Only places after this one. */
  readonly after: string;
}

export function listObjects(context: ServerContext, request: ResourceRequest): Answer {
  checkListOptions(request.query, false);
  const { resource } = request;
  const table = context.tableOf(resource);
  const plan = planOf(request.query, table, context.store.revision);
  const { shown, metadata } = pageOf(request, table, plan);
  return jsonAnswer(200, renderList(shown, resource, shapeOf(request, context.clock), metadata));
}

/** Selects the objects that a request lists or deletes, with the metadata of their list. */
export function selectPage(context: ServerContext, request: ResourceRequest) {
  checkListOptions(request.query, false);
  const table = context.tableOf(request.resource);
  const asked = revisionOf(request.query);
  if (asked && asked < table.oldest) throw expired("The resourceVersion for the provided list is too old.");
  return pageOf(request, table, planOf(request.query, table, context.store.revision));
}

function pageOf(request: ResourceRequest, table: Table, plan: ListPlan) {
  const { resource, query, namespace } = request;
  const selected = selectionOf(request);
  const shown: ServerObject[] = [];
  // The remaining objects are counted before the selectors apply.
  let left = 0;
  for (const object of table.objectsAt(plan.revision)) {
    const isBefore = plan.after !== "" && placeOfObject(object) <= plan.after;
    if (isBefore || (namespace !== undefined && object.metadata.namespace !== namespace)) continue;
    if (plan.limit > 0 && shown.length === plan.limit) left++;
    else if (selected(object)) shown.push(object);
  }
  const metadata = { ...(resource.custom ? { continue: "" } : {}), resourceVersion: String(plan.revision) };
  return { shown, metadata: { ...metadata, ...moreOf(left, shown.at(-1), plan.revision, hasSelector(query)) } };
}

function moreOf(left: number, last: ServerObject | undefined, revision: number, selecting: boolean): Fields {
  if (left <= 0 || !last) return {};
  const token = formatContinue({ revision, after: placeOfObject(last) });
  // With a selector, the API server does not know how many objects remain.
  return selecting ? { continue: token } : { continue: token, remainingItemCount: left };
}

function planOf(query: URLSearchParams, table: Table, current: number): ListPlan {
  const limit = limitOf(query);
  const token = query.get("continue");
  if (token) return continuation(token, query, limit, table, current);
  const asked = revisionOf(query);
  // "Any version" is answered from the API server's cache, without pages.
  if (asked === 0) return { revision: current, limit: 0, after: "" };
  if (asked === undefined) return { revision: current, limit, after: "" };
  if (asked > current) throw resourceVersionTooLarge(asked, current);
  const match = query.get("resourceVersionMatch");
  const exact = match === "Exact" || (!match && limit > 0);
  if (!exact) return { revision: current, limit, after: "" };
  if (asked < table.oldest) throw expired("The resourceVersion for the provided list is too old.");
  return { revision: asked, limit, after: "" };
}

function continuation(text: string, query: URLSearchParams, limit: number, table: Table, current: number): ListPlan {
  const { revision, after } = parseContinue(text);
  const asked = revisionOf(query);
  if (asked !== undefined && asked !== 0) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  if (revision < 0) return { revision: current, limit, after };
  if (revision >= table.oldest) return { revision, limit, after };
  const error = expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the " +
      "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing " +
      "with the provided token results in an inconsistent list - objects that were created, modified, or deleted between " +
      "the time the first chunk was returned and now may show up in the list.",
  );
  error.status.metadata = { continue: formatContinue({ revision: -1, after }) };
  throw error;
}

function limitOf(query: URLSearchParams): number {
  return Math.max(0, integerOf(query, "limit") ?? 0);
}
