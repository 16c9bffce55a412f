/**
 * Serves the kinds that CustomResourceDefinitions define: establishes new ones, follows changes, and removes the
 * objects of deleted ones.
 */

import type { ControllerQueue } from "./controller_queue.ts";
import { type Resource, type ServerContext, timestamp } from "../store/mod.ts";
import { customResources, customTable } from "../schema/mod.ts";
import { CRD_CLEANUP, markDeleted } from "../verbs/mod.ts";
import { PLAIN_DELETE } from "../request/mod.ts";
import { arrayOf, copyOf, fieldsOf, isSame, type ServerObject } from "../values/mod.ts";

/** The user that writes definitions here. */
const USER = "system:apiserver";

/** Follows the definitions in the store. */
export class CrdController {
  readonly #context: ServerContext;
  readonly #definitions: Resource;
  readonly #served = new Map<string, Resource[]>();

  /** @param context The server's context. @param queue Runs the work. */
  constructor(context: ServerContext, queue: ControllerQueue) {
    this.#context = context;
    this.#definitions = context.registry.find("apiextensions.k8s.io", "v1", "customresourcedefinitions")!;
    const table = context.tableOf(this.#definitions);
    context.store.listen((changed, { place, after, last }) => {
      if (changed === table) queue.add(`crd ${place}`, () => this.#sync(place));
      else if (last && this.#served.has(changed.name)) queue.add(`crd ${changed.name}`, () => this.#sync(changed.name));
      if (changed === table && after === undefined) this.#stopServing(place);
    });
  }

  #sync(name: string): void {
    const definition = this.#context.tableOf(this.#definitions).get(name);
    if (!definition) return;
    if (definition.metadata.deletionTimestamp !== undefined) return this.#cleanUp(definition);
    this.#establish(definition);
  }

  #establish(definition: ServerObject): void {
    this.#serve(definition);
    const time = timestamp(this.#context.clock);
    const names = copyOf(fieldsOf(definition.spec).names);
    const conditions = [
      ["NamesAccepted", "NoConflicts", "no conflicts found"],
      ["Established", "InitialNamesAccepted", "the initial names have been accepted"],
    ].map(([type, reason, message]) => ({ type, status: "True", lastTransitionTime: time, reason, message }));
    const established = arrayOf(fieldsOf(definition.status).conditions).length > 0;
    if (established && isSame(fieldsOf(definition.status).acceptedNames, names)) return;
    const status = { ...fieldsOf(definition.status), conditions, acceptedNames: names };
    this.#replace(definition, { ...definition, metadata: { ...definition.metadata }, status });
  }

  #serve(definition: ServerObject): void {
    const name = customTable(definition);
    const { registry } = this.#context;
    for (const resource of this.#served.get(name) ?? []) registry.remove(resource);
    const resources = customResources(definition);
    for (const resource of resources) {
      registry.add(resource);
      this.#context.tableOf(resource);
    }
    this.#served.set(name, resources);
  }

  /** Removes the objects first, then the definition. */
  #cleanUp(definition: ServerObject): void {
    const name = customTable(definition);
    const [resource] = this.#served.get(name) ?? [];
    if (resource) {
      for (const served of this.#served.get(name)!) served.terminating = true;
      const table = this.#context.tableOf(resource);
      for (const object of [...table.objects()]) {
        if (object.metadata.deletionTimestamp === undefined) {
          markDeleted(this.#context, resource, object, PLAIN_DELETE, USER);
        }
      }
      if (table.size > 0) return;
    }
    const finalizers = definition.metadata.finalizers?.filter((finalizer) => finalizer !== CRD_CLEANUP) ?? [];
    if (finalizers.length === definition.metadata.finalizers?.length) return;
    if (finalizers.length === 0) this.#context.store.remove(this.#context.tableOf(this.#definitions), definition);
    else this.#replace(definition, { ...definition, metadata: { ...definition.metadata, finalizers } });
  }

  #replace(old: ServerObject, definition: ServerObject): void {
    if (!isSame(old, definition)) this.#context.store.put(this.#context.tableOf(this.#definitions), definition);
  }

  #stopServing(name: string): void {
    const resources = this.#served.get(name) ?? [];
    for (const resource of resources) this.#context.registry.remove(resource);
    this.#served.delete(name);
    if (resources[0]) this.#context.dropTable(resources[0]);
  }
}
