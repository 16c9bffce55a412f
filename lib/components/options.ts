/** What a user says about a dependent, and about how it is ensured. */

import type { Draft, DraftMeta, KubeObject } from "../model/mod.ts";

/** What is known of a dependent before it is built. */
export interface ComponentFacts {
  /** Its name. */
  readonly name: string;
  /** Its namespace; `undefined` for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  /** Its labels. Good for the pods of a workload as well. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those of its labels that never change: good for a workload's or a Service's selector, which must not. */
  readonly selector: Readonly<Record<string, string>>;
}

/** A dependent as its author writes it: name, namespace, labels and owner are filled in. */
export type ComponentBody<T extends KubeObject> = Omit<Draft<T>, "apiVersion" | "kind" | "metadata"> & {
  metadata?: Pick<DraftMeta, "annotations">;
};

/** What describes one dependent of an owner. */
export interface ComponentOptions<R extends KubeObject, T extends KubeObject> {
  /**
   * Names it: a suffix to the owner's name (`"db"` makes `foo-db`), or a function for the whole name. A name that is too
   * long, or that the kind does not allow, is shortened or encoded with a stable hash. Of two owners that make the same, the
   * first has the dependent: for one outside of the owner's namespace, let a function put that into the name.
   * @default {the owner's name}
   */
  readonly name?: string | ((owner: R) => string);
  /**
   * What part it plays, for the label `app.kubernetes.io/component` and for the names of its steps.
   * @default {the suffix, or the kind in lower case}
   */
  readonly part?: string;
  /**
   * Labels besides the recommended ones, which they may overrule: then with what never changes for an owner.
   * @default {none}
   */
  readonly labels?: (owner: R) => Readonly<Record<string, string>>;
  /**
   * Its namespace, for namespaced kinds.
   * @default {that of the owner}
   */
  readonly namespace?: (owner: R) => string;
  /**
   * Whether the owner becomes its controller owner, so that it goes when the owner goes. Where Kubernetes forbids it (from a
   * namespace one owns only what is in it), dependents are known by their labels and an annotation, wake the owner all the
   * same, and are to be removed in `cleanup`.
   * @default {wherever Kubernetes allows it}
   */
  readonly owned?: boolean;
  /** Makes the rest of it. The same owner must give the same: no times, no random numbers. */
  readonly build: (owner: R, facts: ComponentFacts) => ComponentBody<T>;
}

/** How a component is ensured by a plan. */
export interface EnsureOptions<R extends KubeObject, T extends KubeObject> {
  /**
   * What happens to one that is there. `"ignore"`: nothing, it is handed on as it is. `"apply"`: it is kept as built, by
   * server-side apply. What was changed is put right, what is no longer built is removed, what others added stays (also what
   * was there before it was applied first, unless this controller made it so); when nothing would change, nothing is sent.
   * @default {"ignore"}
   */
  drift?: "ignore" | "apply";
  /**
   * Whether an object of its name that nobody controls becomes the owner's, by a change of its own. Otherwise, and always when
   * another owner controls it, the Run fails with a `NotOwnedError`.
   * @default {false}
   */
  adopt?: boolean;
  /**
   * Adds a step that stops the Run until this says `true`; a text is what is being waited for.
   * @default {no such step}
   */
  readyWhen?: (object: T, owner: R) => boolean | string;
}
