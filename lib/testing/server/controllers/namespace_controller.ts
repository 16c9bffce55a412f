/** Empties namespaces that are being deleted, and removes them once they are empty. */

import type { ControllerQueue } from "./controller_queue.ts";
import type { Resource, ServerContext } from "../store/mod.ts";
import { isFinished, markDeleted } from "../verbs/mod.ts";
import { PLAIN_DELETE } from "../request/mod.ts";
import { fieldsOf, type ServerObject } from "../values/mod.ts";

const USER = "system:serviceaccount:kube-system:namespace-controller";

/** Follows the namespaces in the store. */
export class NamespaceController {
  readonly #context: ServerContext;
  readonly #namespaces: Resource;

  /** @param context The server's context. @param queue Runs the work. */
  constructor(context: ServerContext, queue: ControllerQueue) {
    this.#context = context;
    this.#namespaces = context.registry.find("", "v1", "namespaces")!;
    const table = context.tableOf(this.#namespaces);
    context.store.listen((changed, { after, last }) => {
      const name = changed === table ? after?.metadata.name : last?.metadata.namespace;
      if (name !== undefined && this.#isTerminating(name)) queue.add(`namespace ${name}`, () => this.#empty(name));
    });
  }

  #isTerminating(name: string): boolean {
    return this.#context.tableOf(this.#namespaces).get(name)?.metadata.deletionTimestamp !== undefined;
  }

  #empty(name: string): void {
    const namespace = this.#context.tableOf(this.#namespaces).get(name);
    if (!namespace) return;
    const left = this.#namespacedTables().filter((resource) => this.#emptyOf(resource, name)).length > 0;
    if (!left) this.#release(namespace);
  }

  #namespacedTables(): Resource[] {
    const byTable = new Map<string, Resource>();
    for (const resource of this.#context.registry.all()) {
      if (resource.namespaced && !byTable.has(resource.table)) byTable.set(resource.table, resource);
    }
    return [...byTable.values()];
  }

  /** Deletes the resource's objects in a namespace. Returns true if some remain. */
  #emptyOf(resource: Resource, namespace: string): boolean {
    const table = this.#context.tableOf(resource);
    const objects = [...table.objects()].filter(({ metadata }) => metadata.namespace === namespace);
    return objects.filter((object) => {
      if (object.metadata.deletionTimestamp !== undefined) return true;
      return markDeleted(this.#context, resource, object, PLAIN_DELETE, USER) !== undefined;
    }).length > 0;
  }

  #release(namespace: ServerObject): void {
    const { finalizers, ...spec } = fieldsOf(namespace.spec);
    const released: ServerObject = { ...namespace, metadata: { ...namespace.metadata }, spec };
    const table = this.#context.tableOf(this.#namespaces);
    if (isFinished(released, this.#namespaces)) this.#context.store.remove(table, released);
    else if (finalizers !== undefined) this.#context.store.put(table, released);
  }
}
