/** Reads from the API server: the read API without a cache. */

import {
  deepFreeze,
  formatSelector,
  type GetOptions,
  isOwnedBy,
  type KubeObject,
  type LabelSelector,
  type ListOptions,
  type ReadApi,
  type ResourceKind,
} from "../../model/mod.ts";
import {
  type AnsweredList,
  isExpired,
  isKindNotServed,
  isNotFound,
  readItems,
  UnexpectedAnswerError,
} from "../answer/mod.ts";
import { listedNamespace, resolveNamespace } from "./namespace.ts";
import { send, type Transport } from "./request.ts";

/** The number of objects in one page of a list. */
const PAGE_SIZE = "500";

/** Options of {@link liveReadApi}. */
export interface LiveReadOptions {
  /** Performs the reads. */
  readonly transport: Transport;
  /** The object of the Run. Its namespace is the default, and `owned` refers to it. */
  readonly owner?: KubeObject | undefined;
  /**
   * The namespace if none is given.
   * @default {that of `owner`}
   */
  readonly namespace?: string | undefined;
  /** Ends a read under way. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes a read API that reads everything from the API server. The results are consistent and frozen. */
export function liveReadApi(options: LiveReadOptions): ReadApi {
  return {
    get: (kind, name, how) => getLive(options, kind, name, how),
    list: (kind, how) => listLive(options, kind, how),
  };
}

async function getLive<T extends KubeObject>(
  { transport, owner, namespace: fallback = owner?.metadata.namespace, signal }: LiveReadOptions,
  kind: ResourceKind<T>,
  name: string,
  { namespace }: GetOptions = {},
): Promise<T | undefined> {
  const place = resolveNamespace(kind, namespace, fallback);
  return deepFreeze(await getObject(transport, { kind, namespace: place, name, signal }));
}

/** Which object is read. */
interface ObjectPlace<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** One object, or `undefined` when there is none. */
export async function getObject<T extends KubeObject>(
  transport: Transport,
  place: ObjectPlace<T>,
): Promise<T | undefined> {
  try {
    return await send(transport, { verb: "get", ...place }) as T;
  } catch (error) {
    // A missing kind is a mistake, not a missing object.
    if (isNotFound(error) && !isKindNotServed(error)) return undefined;
    throw error;
  }
}

async function listLive<T extends KubeObject>(
  { transport, owner, namespace: fallback = owner?.metadata.namespace, signal }: LiveReadOptions,
  kind: ResourceKind<T>,
  { namespace, labels, owned = false }: ListOptions = {},
): Promise<readonly T[]> {
  if (owned && !owner) throw new TypeError(`Cannot list owned ${kind.kind} objects as there is no object to own them`);
  const request = { kind, namespace: listedNamespace(kind, namespace, fallback), labels, signal };
  const objects = await listObjects(transport, request);
  return deepFreeze(owned ? objects.filter((object) => isOwnedBy(object, owner!)) : objects);
}

/** Which objects to list. */
interface ObjectList<T extends KubeObject> {
  readonly kind: ResourceKind<T>;
  /** `undefined` for all. */
  readonly namespace: string | undefined;
  readonly labels?: LabelSelector | undefined;
  /** Such as `metadata.name=foo`. */
  readonly fields?: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Lists all objects, page by page. If the pages expire before the last one, reads everything at once. */
export async function listObjects<T extends KubeObject>(
  transport: Transport,
  { labels, fields, ...list }: ObjectList<T>,
): Promise<T[]> {
  const objects: T[] = [];
  const selectors = {
    labelSelector: labels === undefined ? undefined : formatSelector(labels),
    fieldSelector: fields,
  };
  let next: string | undefined;
  do {
    try {
      const page = await listPage<T>(transport, list, { limit: PAGE_SIZE, continue: next, ...selectors });
      objects.push(...page.objects);
      next = page.next;
    } catch (error) {
      if (next === undefined || !isExpired(error)) throw error;
      return (await listPage<T>(transport, list, selectors)).objects;
    }
  } while (next !== undefined);
  return objects;
}

async function listPage<T extends KubeObject>(
  transport: Transport,
  request: ObjectList<T>,
  query: Record<string, string | undefined>,
): Promise<{ objects: T[]; next: string | undefined }> {
  const answer = await send(transport, { verb: "list", ...request, query }) as AnsweredList;
  const objects = readItems<T>(answer, request.kind, (problem) => {
    return new UnexpectedAnswerError("", { problem, operation: `list ${request.kind.kind} objects` });
  });
  return { objects, next: answer.metadata.continue || undefined };
}
