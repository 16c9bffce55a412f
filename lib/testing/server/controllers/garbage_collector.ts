/**
 * Deletes objects whose owners are gone, in the background or before their owner, or removes owner references to orphan
 * them.
 */

import type { OwnerReference } from "../../../model/mod.ts";
import type { ControllerQueue } from "./controller_queue.ts";
import type { Resource, ServerContext, TableChange } from "../store/mod.ts";
import { type DeleteOptions, PLAIN_DELETE } from "../request/mod.ts";
import { isFinished, markDeleted } from "../verbs/mod.ts";
import type { ServerObject } from "../values/mod.ts";
import { type Location, objectAt, OwnerGraph } from "./owner_graph.ts";

const USER = "system:serviceaccount:kube-system:generic-garbage-collector";
const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/** Follows all objects in the store. */
export class GarbageCollector {
  readonly #context: ServerContext;
  readonly #queue: ControllerQueue;
  readonly #graph = new OwnerGraph();
  /** Owners that are known to be gone, including those whose kind is no longer served. */
  readonly #gone = new Set<string>();

  /** @param context The server's context. @param queue Runs the work. */
  constructor(context: ServerContext, queue: ControllerQueue) {
    this.#context = context;
    this.#queue = queue;
    context.store.listen((table, change) => this.#follow({ table, place: change.place }, change));
  }

  #follow(location: Location, { before, after }: TableChange): void {
    this.#graph.update(location, before, after);
    if (after) {
      if (after.metadata.ownerReferences) this.#checkLater(location);
      if (holds(after, FOREGROUND) || holds(after, ORPHAN)) this.#finishLater(location);
      if (holds(after, FOREGROUND) && !(before && holds(before, FOREGROUND))) this.#checkDependents(after.metadata.uid);
    }
    if (before && before.metadata.uid !== after?.metadata.uid) {
      if (this.#graph.hasDependents(before.metadata.uid)) this.#gone.add(before.metadata.uid);
      this.#checkDependents(before.metadata.uid);
      this.#graph.forget(before.metadata.uid);
      for (const { uid } of before.metadata.ownerReferences ?? []) this.#finishOwner(uid);
    } else if (before && after && before.metadata.ownerReferences !== after.metadata.ownerReferences) {
      for (const { uid } of before.metadata.ownerReferences ?? []) this.#finishOwner(uid);
    }
  }

  #checkDependents(uid: string): void {
    for (const dependent of this.#graph.dependents(uid)) this.#checkLater(dependent);
  }

  #finishOwner(uid: string): void {
    const owner = this.#graph.locate(uid);
    const object = owner && objectAt(owner);
    if (owner && object && (holds(object, FOREGROUND) || holds(object, ORPHAN))) this.#finishLater(owner);
  }

  #checkLater(location: Location): void {
    this.#queue.add(`gc ${location.table.name} ${location.place}`, () => this.#check(location));
  }

  #finishLater(location: Location): void {
    this.#queue.add(`gc owner ${location.table.name} ${location.place}`, () => this.#finish(location));
  }

  /** Checks the owners of an object. It stays while at least one is alive, and references to the others are removed. */
  #check(location: Location): void {
    const object = objectAt(location);
    const references = object?.metadata.ownerReferences ?? [];
    if (!object || references.length === 0) return;
    if (object.metadata.deletionTimestamp !== undefined && !holds(object, FOREGROUND)) return;
    const states = references.map((reference) => ({ reference, state: this.#stateOf(reference, object) }));
    if (states.some(({ state }) => state === "unknown")) return;
    const solid = states.filter(({ state }) => state === "solid").map(({ reference }) => reference);
    if (solid.length === references.length) return;
    if (solid.length > 0) return this.#keepOwners(location, object, solid);
    const waiting = states.some(({ state }) => state === "waiting");
    const foreground = waiting && this.#graph.hasDependents(object.metadata.uid);
    this.#delete(location, object, foreground ? "Foreground" : propagationOf(object));
  }

  /** Whether an owner is alive, is gone, waits for its dependents to be deleted, or has an unknown kind. */
  #stateOf(reference: OwnerReference, dependent: ServerObject): "solid" | "gone" | "waiting" | "unknown" {
    if (this.#gone.has(reference.uid)) return "gone";
    const resource = this.#context.registry.findKind(reference.apiVersion, reference.kind);
    if (!resource) return "unknown";
    const location = this.#graph.locate(reference.uid);
    const owner = location && objectAt(location);
    if (!owner || owner.metadata.name !== reference.name || location.table !== this.#context.tableOf(resource)) {
      return "gone";
    }
    if (resource.namespaced && owner.metadata.namespace !== dependent.metadata.namespace) return "gone";
    return holds(owner, FOREGROUND) ? "waiting" : "solid";
  }

  #keepOwners(location: Location, object: ServerObject, ownerReferences: OwnerReference[]): void {
    const metadata = { ...object.metadata, ownerReferences };
    this.#context.store.put(location.table, { ...object, metadata });
  }

  #delete({ table }: Location, object: ServerObject, propagation: DeleteOptions["propagation"]): void {
    if (object.metadata.deletionTimestamp !== undefined) return;
    markDeleted(this.#context, this.#resourceOf(table.name), object, { ...PLAIN_DELETE, propagation }, USER);
  }

  /** Removes the finalizer of a deleted owner once its dependents have been handled. */
  #finish(location: Location): void {
    const owner = objectAt(location);
    if (!owner) return;
    if (holds(owner, ORPHAN)) {
      this.#orphan(owner.metadata.uid);
      this.#removeFinalizer(location, owner, ORPHAN);
    } else if (holds(owner, FOREGROUND) && !this.#isBlocked(owner.metadata.uid)) {
      this.#removeFinalizer(location, owner, FOREGROUND);
    }
  }

  #isBlocked(uid: string): boolean {
    return this.#graph.dependents(uid).some((location) => {
      const references = objectAt(location)?.metadata.ownerReferences ?? [];
      return references.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true);
    });
  }

  #orphan(uid: string): void {
    for (const location of this.#graph.dependents(uid)) {
      const object = objectAt(location);
      if (!object) continue;
      const left = (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
      const { ownerReferences: _references, ...metadata } = object.metadata;
      const freed = left.length > 0 ? { ...metadata, ownerReferences: left } : metadata;
      this.#context.store.put(location.table, { ...object, metadata: freed });
    }
  }

  #removeFinalizer(location: Location, object: ServerObject, name: string): void {
    const { finalizers, ...metadata } = object.metadata;
    const left = (finalizers ?? []).filter((finalizer) => finalizer !== name);
    const freed: ServerObject = { ...object, metadata: left.length > 0 ? { ...metadata, finalizers: left } : metadata };
    if (isFinished(freed, this.#resourceOf(location.table.name))) this.#context.store.remove(location.table, freed);
    else this.#context.store.put(location.table, freed);
  }

  #resourceOf(table: string): Resource {
    return this.#context.registry.all().find((resource) => resource.table === table)!;
  }
}

/** Whether an object is being deleted and still has the given finalizer of the collector. */
function holds({ metadata }: ServerObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(finalizer);
}

function propagationOf({ metadata }: ServerObject): DeleteOptions["propagation"] {
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return "Orphan";
  return finalizers.includes(FOREGROUND) ? "Foreground" : "Background";
}
