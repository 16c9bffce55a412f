/** Admission hooks: they see writes before they are stored. */

import type { KubeObject } from "../model/mod.ts";
import { type Admission, copyOf, forbidden, StatusError } from "./server/mod.ts";

/**
 * Checks a write. May change `admission.object`, or throw to refuse it. Integers that a `number` cannot represent are
 * `bigint`s.
 */
export type AdmissionHook = (admission: Admission) => void;

/** A write of a kind whose type is known. */
export type AdmissionOf<T extends KubeObject> = Omit<Admission, "object" | "old"> & {
  /** The object as it would be stored; for `DELETE`, as it is. */
  readonly object: T;
  /** What is stored now; absent for `CREATE`. */
  readonly old: T | undefined;
};

interface Registered {
  readonly group: string;
  readonly plural: string;
  readonly hook: AdmissionHook;
}

/** The hooks of a cluster, in the order in which they were added. */
export class AdmissionHooks {
  readonly #hooks = new Set<Registered>();

  /** Adds a hook; it stays until the returned value is disposed of. */
  add({ group, plural }: { readonly group: string; readonly plural: string }, hook: AdmissionHook): Disposable {
    const registered = { group, plural, hook };
    this.#hooks.add(registered);
    return { [Symbol.dispose]: () => void this.#hooks.delete(registered) };
  }

  /** Calls the hooks. @throws {StatusError} If one refuses the write. */
  readonly admit = (admission: Admission): void => {
    for (const { group, plural, hook } of this.#hooks) {
      if (group === admission.resource.group && plural === admission.resource.plural) this.#ask(hook, admission);
    }
  };

  #ask(hook: AdmissionHook, admission: Admission): void {
    try {
      const { operation, object, old } = admission;
      // Nobody may change stored objects, so hooks of a deletion get a copy as well.
      hook({ ...admission, object: operation === "DELETE" ? copyOf(object) : object, old: copyOf(old) });
    } catch (error) {
      if (error instanceof StatusError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw forbidden(admission.resource, admission.object.metadata.name, message);
    }
  }
}
