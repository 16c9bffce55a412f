/** Reading from the API server itself: the read API without a cache. */

import {
  deepFreeze,
  formatSelector,
  type GetOptions,
  isOwnedBy,
  type KubeObject,
  type ListOptions,
  type ReadApi,
  type ResourceKind,
} from "../../model/mod.ts";
import {
  type AnsweredList,
  isExpired,
  isNotFound,
  isUnknownKind,
  readItems,
  UnexpectedAnswerError,
} from "../answer/mod.ts";
import { listedNamespace, resolveNamespace } from "./namespace.ts";
import { send, type Transport } from "./request.ts";

/** How many objects one page of a list holds. */
const PAGE_SIZE = "500";

/** What live reads work with. */
export interface LiveReadOptions {
  /** What the reads go through. */
  readonly transport: Transport;
  /** The object that the Run is about; its namespace is the default, and `owned` means it. */
  readonly owner?: KubeObject | undefined;
  /**
   * The namespace where none is given.
   * @default {that of `owner`}
   */
  readonly namespace?: string | undefined;
  /** Ends a read that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** A read API whose every answer comes from the API server, consistent and frozen. */
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
  try {
    return deepFreeze(await send(transport, { verb: "get", kind, namespace: place, name, signal })) as T;
  } catch (error) {
    // A kind that is not there is a mistake, not an object that is not there.
    if (isNotFound(error) && !isUnknownKind(error)) return undefined;
    throw error;
  }
}

async function listLive<T extends KubeObject>(
  { transport, owner, namespace: fallback = owner?.metadata.namespace, signal }: LiveReadOptions,
  kind: ResourceKind<T>,
  { namespace, labels, owned = false }: ListOptions = {},
): Promise<readonly T[]> {
  if (owned && !owner) throw new TypeError(`Cannot list owned ${kind.kind} objects as there is no object to own them`);
  const labelSelector = labels === undefined ? undefined : formatSelector(labels);
  const request = { kind, namespace: listedNamespace(kind, namespace, fallback), labelSelector, signal };
  const objects = await listObjects<T>(transport, request);
  return deepFreeze(owned ? objects.filter((object) => isOwnedBy(object, owner!)) : objects);
}

/** Which objects are listed. */
interface ObjectList {
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** All objects of a list, page by page. When the pages expire before the last one, all at once. */
async function listObjects<T extends KubeObject>(transport: Transport, list: ObjectList): Promise<T[]> {
  const objects: T[] = [];
  let next: string | undefined;
  do {
    try {
      const page = await listPage<T>(transport, list, { limit: PAGE_SIZE, continue: next });
      objects.push(...page.objects);
      next = page.next;
    } catch (error) {
      if (next === undefined || !isExpired(error)) throw error;
      return (await listPage<T>(transport, list, {})).objects;
    }
  } while (next !== undefined);
  return objects;
}

async function listPage<T extends KubeObject>(
  transport: Transport,
  { labelSelector, ...request }: ObjectList,
  query: Record<string, string | undefined>,
): Promise<{ objects: T[]; next: string | undefined }> {
  const answer = await send(transport, {
    verb: "list",
    ...request,
    query: { ...query, labelSelector },
  }) as AnsweredList;
  const objects = readItems<T>(answer, request.kind, (problem) => {
    return new UnexpectedAnswerError("", { problem, operation: `list ${request.kind.kind} objects` });
  });
  return { objects, next: answer.metadata.continue || undefined };
}
