/** Hooks that look at writes before they are stored. */

import type { KubeObject } from "../model/mod.ts";
import { type Admission, copyOf, forbidden, StatusError } from "./server/mod.ts";

/**
 * Looks at a write. May change `admission.object`; throws to refuse. Whole numbers in it that a `number` cannot hold are
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

/** The hooks of a cluster, in the order they were added. */
export class AdmissionHooks {
  readonly #hooks = new Set<Registered>();

  /** Adds a hook, until what is returned is disposed. */
  add({ group, plural }: { readonly group: string; readonly plural: string }, hook: AdmissionHook): Disposable {
    const registered = { group, plural, hook };
    this.#hooks.add(registered);
    return { [Symbol.dispose]: () => void this.#hooks.delete(registered) };
  }

  /** Asks the hooks. @throws {StatusError} If one refuses. */
  readonly admit = (admission: Admission): void => {
    for (const { group, plural, hook } of this.#hooks) {
      if (group === admission.resource.group && plural === admission.resource.plural) this.#ask(hook, admission);
    }
  };

  #ask(hook: AdmissionHook, admission: Admission): void {
    try {
      const { operation, object, old } = admission;
      // What is stored nobody may change: a deletion shows a copy, too.
      hook({ ...admission, object: operation === "DELETE" ? copyOf(object) : object, old: copyOf(old) });
    } catch (error) {
      if (error instanceof StatusError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw forbidden(admission.resource, admission.object.metadata.name, message);
    }
  }
}
