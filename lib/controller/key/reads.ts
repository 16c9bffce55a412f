/** The reads of a Run: from the caches for watched kinds, and from the API server for others. */

import { checkRead, listedNamespace, type PlacedRead, resolveNamespace } from "../../kube/mod.ts";
import {
  describeObject,
  type GetOptions,
  isOwnedBy,
  type KubeObject,
  type ListOptions,
  matchesSelector,
  parseSelector,
  type ReadApi,
  type ResourceKind,
} from "../../model/mod.ts";
import { shownValue } from "../../time/mod.ts";
import { type CachedKind, isReduced, type LiveRead } from "../../watch/mod.ts";

/** Up to this many objects are read one by one although a list would return them too: a list may return many more. */
const MOST_SINGLE_READS = 8;

/** What the reads of one Run need. */
export interface RunReadOptions {
  /** The object that the Run is about. */
  readonly object: KubeObject;
  /** The view of a watched kind; `undefined` for other kinds. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** What may be read. */
  readonly readable: readonly PlacedRead[];
  /** Makes the live read API when it is first needed. */
  readonly live: () => ReadApi;
  /** Called with the result of a live read. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** Whether caches must not be used, because a write of an earlier Run is in doubt. */
  readonly liveOnly: boolean;
}

/**
 * Makes the read API of one Run. What the controller does not declare is refused, whether a cache has it or not.
 *
 * A cache with all objects of a kind answers alone. A cache with a label selector answers with what it has, and asks
 * the API server for the rest. A cache that holds only metadata of unrelated objects does the same. Whatever the API
 * server answers is added to the cache, so that no later Run sees less or has to ask again.
 */
export function runReads(options: RunReadOptions): ReadApi {
  return {
    get: (kind, name, how) => getThrough(options, kind, name, how),
    list: (kind, how) => listThrough(options, kind, how),
  };
}

async function getThrough<T extends KubeObject>(
  { object, viewOf, readable, live, liveOnly, observe }: RunReadOptions,
  kind: ResourceKind<T>,
  name: string,
  how: GetOptions = {},
): Promise<T | undefined> {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot get ${describeObject(kind, {})} as it needs a name: current value is ${shownValue(name)}`,
    );
  }
  const namespace = resolveNamespace(kind, how.namespace, object.metadata.namespace);
  checkRead({ verb: "get", kind, name, namespace }, readable);
  const view = coveringView(viewOf(kind), namespace);
  // Read before the API server is asked: if it then finds nothing, this version is gone; a version that comes later may
  // be new.
  const cached = view?.get(namespace, name);
  const fromCache = view && !how.live && !liveOnly;
  const isPartial = cached !== undefined && isReduced(cached);
  if (fromCache && !isPartial && (cached || view.complete)) return cached;
  const found = await live().get(kind, name, namespace === undefined ? {} : { namespace });
  const gone = namespace === undefined ? { name } : { namespace, name };
  observe(kind, found ? { object: found } : { gone, uid: cached?.metadata.uid });
  // The cache may hold something newer by now.
  return fromCache && isPartial && found ? wholeOf(view.get(namespace, name)) ?? found : found;
}

function wholeOf<T extends KubeObject>(object: T | undefined): T | undefined {
  return object !== undefined && isReduced(object) ? undefined : object;
}

async function listThrough<T extends KubeObject>(
  options: RunReadOptions,
  kind: ResourceKind<T>,
  how: ListOptions = {},
): Promise<readonly T[]> {
  const { object, viewOf, readable, live, liveOnly, observe } = options;
  const namespace = listedNamespace(kind, how.namespace, object.metadata.namespace);
  checkRead({ verb: "list", kind, namespace }, readable);
  const view = coveringView(viewOf(kind), namespace);
  if (!view?.complete) {
    const found = await live().list(kind, { ...how, namespace: namespace ?? "*" });
    for (const one of found) observe(kind, { object: one });
    return found;
  }
  if (liveOnly || how.live) {
    return selectFrom(await listLive(options, kind, namespace, view.list({ namespace })), object, namespace, how);
  }
  // Filters by owner and labels first, because objects that do not match need not be parsed.
  const read = () => how.owned ? view.byOwner(object.metadata.uid) : view.list({ namespace, labels: how.labels });
  const all = read();
  if (!all.some(isReduced)) return selectFrom(all, object, namespace, how);
  const found = await completeList(options, kind, namespace, how, selectFrom(all, object, namespace, how));
  // Includes what has come in the meantime, unless that is incomplete as well.
  const again = selectFrom(read(), object, namespace, how);
  return again.some(isReduced) ? found : again;
}

/**
 * Completes a list for which the cache holds only some objects' metadata. A few objects are read one by one, many by
 * one list. Everything read stays complete in the cache, so this happens once for each object.
 */
async function completeList<T extends KubeObject>(
  { live, observe }: RunReadOptions,
  kind: ResourceKind<T>,
  namespace: string | undefined,
  how: ListOptions,
  all: readonly T[],
): Promise<readonly T[]> {
  const partial = all.filter(isReduced);
  if (partial.length > MOST_SINGLE_READS) {
    const found = await live().list(kind, { ...how, namespace: namespace ?? "*" });
    for (const one of found) observe(kind, { object: one });
    return found;
  }
  const found = all.filter((one) => !isReduced(one));
  for (const { metadata: { name, namespace, uid } } of partial) {
    const place = namespace === undefined ? {} : { namespace };
    const one = await live().get(kind, name, place);
    observe(kind, one ? { object: one } : { gone: { ...place, name }, uid });
    if (one) found.push(one);
  }
  return found;
}

/**
 * Lists all objects live, without selectors. So every object that the cache has and the list lacks is certainly gone.
 * The result is added to the cache, otherwise a later Run would see the gone object again.
 */
async function listLive<T extends KubeObject>(
  { live, observe }: RunReadOptions,
  kind: ResourceKind<T>,
  namespace: string | undefined,
  before: readonly T[],
): Promise<readonly T[]> {
  const found = await live().list(kind, { namespace: namespace ?? "*" });
  const uids = new Set(found.map(({ metadata }) => metadata.uid));
  for (const one of found) observe(kind, { object: one });
  for (const { metadata } of before) {
    if (!uids.has(metadata.uid)) observe(kind, { gone: metadata, uid: metadata.uid });
  }
  return found;
}

/** Filters the objects by the request. */
function selectFrom<T extends KubeObject>(
  objects: readonly T[],
  owner: KubeObject,
  namespace: string | undefined,
  { labels = {}, owned = false }: ListOptions,
): readonly T[] {
  const selector = parseSelector(labels);
  return objects.filter((object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (!owned || isOwnedBy(object, owner)) && matchesSelector(object.metadata.labels, selector)
  );
}

/** The view, if it covers the namespace. */
function coveringView<T extends KubeObject>(
  view: CachedKind<T> | undefined,
  namespace: string | undefined,
): CachedKind<T> | undefined {
  return view?.covers(namespace) ? view : undefined;
}
