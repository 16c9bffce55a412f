/** What a user says about a dependent and how it is ensured. */

import type { Draft, DraftMeta, KubeObject } from "../model/mod.ts";

/** What is known about a dependent before it is built. */
export interface ComponentFacts {
  /** Its name. */
  readonly name: string;
  /** Its namespace; `undefined` for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  /** Its labels. They also suit the pods of a workload. */
  readonly labels: Readonly<Record<string, string>>;
  /** The labels that never change. They suit the selector of a workload or Service, which must not change. */
  readonly selector: Readonly<Record<string, string>>;
}

/** A dependent as its author writes it. Name, namespace, labels and owner are added. */
export type ComponentBody<T extends KubeObject> = Omit<Draft<T>, "apiVersion" | "kind" | "metadata"> & {
  metadata?: Pick<DraftMeta, "annotations">;
};

/** Describes one dependent of an owner. */
export interface ComponentOptions<R extends KubeObject, T extends KubeObject> {
  /**
   * The dependent's name: a suffix to the owner's name (`"db"` gives `foo-db`) or a function that returns the whole
   * name. A name that is too long or not allowed for the kind is shortened or encoded, with a stable hash. If two
   * owners give the same name, the first one gets the dependent. So for a dependent outside the owner's namespace, put
   * that namespace into the name.
   * @default {the owner's name}
   */
  readonly name?: string | ((owner: R) => string);
  /**
   * The part that it plays. It appears in the label `app.kubernetes.io/component` and in the names of its steps.
   * @default {the suffix, or the kind in lower case}
   */
  readonly part?: string;
  /**
   * Labels in addition to the recommended ones. They may override those, but only with values that never change for an
   * owner.
   * @default {none}
   */
  readonly labels?: (owner: R) => Readonly<Record<string, string>>;
  /**
   * Its namespace, for namespaced kinds.
   * @default {that of the owner}
   */
  readonly namespace?: (owner: R) => string;
  /**
   * Whether the owner becomes its controller owner, so that it is deleted with the owner. Kubernetes forbids this for
   * an owner in another namespace. Such dependents are found by their labels and an annotation, they still wake the
   * owner, and `cleanup` has to remove them.
   * @default {wherever Kubernetes allows it}
   */
  readonly owned?: boolean;
  /** Builds the rest. It must return the same for the same owner: no times, no random numbers. */
  readonly build: (owner: R, facts: ComponentFacts) => ComponentBody<T>;
}

/** How a plan ensures a component. */
export interface EnsureOptions<R extends KubeObject, T extends KubeObject> {
  /**
   * What happens to an existing dependent. `"ignore"`: it is used as it is. `"apply"`: it is kept as built, by
   * server-side apply. Changes by others are reverted, and fields that are no longer built are removed. Fields that
   * others added stay, also those from before the first apply, unless this controller wrote them. If nothing would
   * change, nothing is sent.
   * @default {"ignore"}
   */
  drift?: "ignore" | "apply";
  /**
   * Whether an object that has the name and no controller is adopted, by a change of its own. Otherwise the Run fails
   * with a `NotOwnedError`. It also fails, whatever this says, if another owner controls the object.
   * @default {false}
   */
  adopt?: boolean;
  /**
   * Adds a step that stops the Run until this returns `true`. If it returns a text, that is the reason for stopping.
   * @default {no such step}
   */
  readyWhen?: (object: T, owner: R) => boolean | string;
}
