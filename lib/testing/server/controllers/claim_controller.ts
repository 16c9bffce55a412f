/** Removes deleted storage claims once no Pod uses them. */

import type { ControllerQueue } from "./controller_queue.ts";
import type { Resource, ServerContext } from "../store/mod.ts";
import { arrayOf, fieldsOf, placeOf, type ServerObject } from "../values/mod.ts";
import { isFinished } from "../verbs/mod.ts";

/** The finalizer that keeps a claim while it is in use. */
export const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";

/** Follows the claims and Pods in the store. */
export class ClaimController {
  readonly #context: ServerContext;
  readonly #claims: Resource;
  readonly #pods: Resource;

  /** @param context The server's context. @param queue Runs the work. */
  constructor(context: ServerContext, queue: ControllerQueue) {
    this.#context = context;
    this.#claims = context.registry.find("", "v1", "persistentvolumeclaims")!;
    this.#pods = context.registry.find("", "v1", "pods")!;
    const [claims, pods] = [context.tableOf(this.#claims), context.tableOf(this.#pods)];
    context.store.listen((changed, { after, last }) => {
      const touched = changed === claims ? [after] : changed === pods && last ? this.#usedBy(last) : [];
      for (const claim of touched) {
        if (claim?.metadata.deletionTimestamp === undefined) continue;
        const place = placeOf(claim.metadata.namespace, claim.metadata.name);
        queue.add(`gc claim ${place}`, () => this.#release(place));
      }
    });
  }

  #usedBy({ metadata: { namespace }, spec }: ServerObject): (ServerObject | undefined)[] {
    const table = this.#context.tableOf(this.#claims);
    return claimsIn(spec).map((name) => table.get(placeOf(namespace, name)));
  }

  #release(place: string): void {
    const table = this.#context.tableOf(this.#claims);
    const claim = table.get(place);
    if (!claim || claim.metadata.deletionTimestamp === undefined || this.#isUsed(claim)) return;
    const finalizers = claim.metadata.finalizers?.filter((name) => name !== CLAIM_PROTECTION) ?? [];
    if (finalizers.length === claim.metadata.finalizers?.length) return;
    const { finalizers: _finalizers, ...metadata } = claim.metadata;
    const released = { ...claim, metadata: { ...metadata, ...(finalizers.length > 0 ? { finalizers } : {}) } };
    if (isFinished(released, this.#claims)) this.#context.store.remove(table, released);
    else this.#context.store.put(table, released);
  }

  #isUsed({ metadata: { namespace, name } }: ServerObject): boolean {
    for (const pod of this.#context.tableOf(this.#pods).objects()) {
      if (pod.metadata.namespace === namespace && claimsIn(pod.spec).includes(name)) return true;
    }
    return false;
  }
}

/** The claims that a Pod uses. */
function claimsIn(spec: unknown): string[] {
  return arrayOf(fieldsOf(spec).volumes).flatMap((volume) => {
    const { claimName } = fieldsOf(fieldsOf(volume).persistentVolumeClaim);
    return typeof claimName === "string" ? [claimName] : [];
  });
}
