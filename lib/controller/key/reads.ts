/** What a Run reads through: the caches of the kinds that are watched, and the API server for the rest. */

import { listedNamespace, resolveNamespace } from "../../kube/mod.ts";
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

/** So many objects are read one by one where their list would bring them as well: a list may bring many more. */
const MOST_SINGLE_READS = 8;

/** What the reads of one Run work with. */
export interface RunReadOptions {
  /** The object that the Run is about. */
  readonly object: KubeObject;
  /** The view of a kind that is watched; `undefined` for others. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** What reads from the API server; made when it is first needed. */
  readonly live: () => ReadApi;
  /** Told of what a live read found. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** Whether nothing may be taken from a cache: a write of the Run before left it open what there is. */
  readonly liveOnly: boolean;
}

/**
 * The read API of one Run.
 *
 * A cache that holds all objects of a kind answers for itself. One that a label selector limits answers with what it has, and
 * asks the API server for the rest. So does one that holds no more than the metadata of objects that are nobody's here. What the
 * API server answers is laid over the cache, so no later Run sees less, or has to ask again.
 */
export function runReads(options: RunReadOptions): ReadApi {
  return {
    get: (kind, name, how) => getThrough(options, kind, name, how),
    list: (kind, how) => listThrough(options, kind, how),
  };
}

async function getThrough<T extends KubeObject>(
  { object, viewOf, live, liveOnly, observe }: RunReadOptions,
  kind: ResourceKind<T>,
  name: string,
  how: GetOptions = {},
): Promise<T | undefined> {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot get ${describeObject(kind, {})} as a name is needed: current value is ${shownValue(name)}`,
    );
  }
  const namespace = resolveNamespace(kind, how.namespace, object.metadata.namespace);
  const view = coveringView(viewOf(kind), namespace);
  // Looked at before the API server is asked: what it then does not find is gone, while what comes later may be new.
  const cached = view?.get(namespace, name);
  const fromCache = view && !how.live && !liveOnly;
  const isPartial = cached !== undefined && isReduced(cached);
  if (fromCache && !isPartial && (cached || view.complete)) return cached;
  const found = await live().get(kind, name, namespace === undefined ? {} : { namespace });
  const gone = namespace === undefined ? { name } : { namespace, name };
  observe(kind, found ? { object: found } : { gone, uid: cached?.metadata.uid });
  // The cache may have got something newer meanwhile.
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
  const { object, viewOf, live, liveOnly, observe } = options;
  const namespace = listedNamespace(kind, how.namespace, object.metadata.namespace);
  const view = coveringView(viewOf(kind), namespace);
  if (!view?.complete) {
    const found = await live().list(kind, { ...how, namespace: namespace ?? "*" });
    for (const one of found) observe(kind, { object: one });
    return found;
  }
  if (liveOnly || how.live) {
    return selectFrom(await listLive(options, kind, namespace, view.list({ namespace })), object, namespace, how);
  }
  // By owner or labels first: what does not match need not be parsed.
  const read = () => how.owned ? view.byOwner(object.metadata.uid) : view.list({ namespace, labels: how.labels });
  const all = read();
  if (!all.some(isReduced)) return selectFrom(all, object, namespace, how);
  const found = await completeList(options, kind, namespace, how, selectFrom(all, object, namespace, how));
  // With what came meanwhile; unless that is incomplete again.
  const again = selectFrom(read(), object, namespace, how);
  return again.some(isReduced) ? found : again;
}

/**
 * What is asked for, where the cache has only the metadata of some. A few are read one by one, many by a list. Whatever is read is
 * whole in the cache from then on, so this happens once for each object.
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
 * All objects, as the API server has them now. Without selectors, so that of those that the cache had, each that is missing is
 * gone for certain; that is laid over the cache, too, or else a later Run would see it again.
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

/** Those that are asked for. */
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

/** The view, if it watches the namespace. */
function coveringView<T extends KubeObject>(
  view: CachedKind<T> | undefined,
  namespace: string | undefined,
): CachedKind<T> | undefined {
  return view?.covers(namespace) ? view : undefined;
}
