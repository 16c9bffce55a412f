/** What a Run reads through: the caches of the kinds that are watched, and the API server for the rest. */

import { resolveNamespace } from "../kube/mod.ts";
import {
  describeObject,
  type GetOptions,
  type KubeObject,
  type ListOptions,
  matchesSelector,
  type ObjectRef,
  parseSelector,
  type ReadApi,
  type ResourceKind,
} from "../model/mod.ts";
import type { CachedKind, LiveRead } from "../watch/mod.ts";

/** What the reads of one Run work with. */
export interface RunReadOptions {
  /** The object that the Run is about. */
  readonly object: KubeObject;
  /** The view of a kind that is watched; `undefined` for others. */
  readonly viewOf: <T extends KubeObject>(kind: ResourceKind<T>) => CachedKind<T> | undefined;
  /** Reads from the API server. */
  readonly live: ReadApi;
  /** Told of what a live read found. */
  readonly observe: (kind: ResourceKind, read: LiveRead<KubeObject>) => void;
  /** Whether nothing may be taken from a cache: a write of the Run before left it open what there is. */
  readonly liveOnly: boolean;
}

/**
 * The read API of one Run.
 *
 * A cache that holds all objects of a kind answers for itself. One that a label selector limits answers with what it has, and
 * asks the API server for the rest. What the API server answers is laid over the cache, so no later Run sees less.
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
      `Cannot get ${describeObject(kind, {})} as a name is needed: current value is ${JSON.stringify(name)}`,
    );
  }
  const namespace = resolveNamespace(kind, how.namespace, object.metadata.namespace);
  const ref: ObjectRef = namespace === undefined ? { name } : { namespace, name };
  const view = viewOf(kind);
  if (view?.covers(namespace) && !how.live && !liveOnly) {
    const cached = view.get(namespace, name);
    if (cached || view.complete) return cached;
  }
  const found = await live.get(kind, name, namespace === undefined ? {} : { namespace });
  observe(
    kind,
    found
      ? { object: found }
      : { gone: ref, uid: view?.covers(namespace) ? view.get(namespace, name)?.metadata.uid : undefined },
  );
  return found;
}

async function listThrough<T extends KubeObject>(
  { object, viewOf, live, liveOnly, observe }: RunReadOptions,
  kind: ResourceKind<T>,
  how: ListOptions = {},
): Promise<readonly T[]> {
  const namespace = listedNamespace(kind, how.namespace, object.metadata.namespace);
  const view = viewOf(kind);
  if (view?.covers(namespace) && view.complete && !how.live && !liveOnly) {
    return listCached(view, object, namespace, how);
  }
  const found = await live.list(kind, { ...how, namespace: namespace ?? "*" });
  for (const one of found) observe(kind, { object: one });
  return found;
}

function listCached<T extends KubeObject>(
  view: CachedKind<T>,
  object: KubeObject,
  namespace: string | undefined,
  { labels, owned }: ListOptions,
): readonly T[] {
  if (!owned) return view.list({ namespace, labels });
  const selector = parseSelector(labels ?? {});
  return view.byOwner(object.metadata.uid).filter(({ metadata }) =>
    (namespace === undefined || metadata.namespace === namespace) && matchesSelector(metadata.labels, selector)
  );
}

/** Unlike one object, a list may be of all namespaces: when that is asked for, or the Run's object has none. */
function listedNamespace(kind: ResourceKind, explicit?: string, fallback?: string): string | undefined {
  if (explicit === "*") return undefined;
  return explicit ?? fallback ? resolveNamespace(kind, explicit, fallback) : undefined;
}
